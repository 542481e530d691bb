"""The short block that says what a worker works on, in the style of `carboy serve`."""

import os
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from carboy.core import quote_credentials
from carboy.tasks.broker.address import is_embedded

_SIDE_BY_SIDE = {
    "prefork": "processes (prefork)",
    "threads": "threads",
    "gevent": "greenlets (gevent)",
    "solo": "task at a time (solo)",
}
_MAX_NAMES = 8
_BETWEEN_URLS = re.compile(r";(?=[a-z+]+://)")


def make_block(
    name: str,
    broker_url: str,
    *,
    pool: str,
    concurrency: int,
    queues: Sequence[str],
    tasks: Sequence[str],
) -> str:
    """Write the lines: address, pool, queues, tasks, and a word if it is root."""
    unit = _SIDE_BY_SIDE.get(pool, f"side by side ({pool})")
    rows = [
        ("Working", f"as {name}"),
        ("at", show_address(broker_url)),
        ("with", f"{concurrency} {unit}"),
        ("on", _shorten(queues, "queue")),
        ("for", _shorten(tasks, "task")),
    ]
    if os.geteuid() == 0:
        rows.append(("note", "runs as root; a user of its own is safer"))
    return "".join(f"{label:>8}  {text}\n" for label, text in rows)


def show_address(url: str) -> str:
    """Write the address of a broker without user, password and options."""
    if is_embedded(url):
        return "the database of the site (no broker)"
    return ", ".join(_bare(each) for each in _BETWEEN_URLS.split(url) if each)


def _bare(url: str) -> str:
    parts = urlsplit(quote_credentials(url))
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def _shorten(names: Sequence[str], noun: str) -> str:
    if not names:
        return f"no {noun}"
    count = f"{len(names)} {noun}" + ("s" if len(names) > 1 else "")
    shown = ", ".join(names[:_MAX_NAMES])
    more = ", …" if len(names) > _MAX_NAMES else ""
    return f"{count}: {shown}{more}"
