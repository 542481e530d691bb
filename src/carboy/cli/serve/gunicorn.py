"""The same app on gunicorn, with threads or gevent, and its settings as a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from carboy.errors import ConfigError
from carboy.server import ServeOptions

_GEVENT_CONNECTIONS = 1000
_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in memory that gunicorn's docs advise

_HEAD = '''"""gunicorn {place}, as `carboy serve --server {kind}` runs it."""

'''


def gunicorn_settings(
    place: str, options: ServeOptions, *, kind: str
) -> dict[str, object]:
    """Translate the options to gunicorn's names."""
    settings: dict[str, object] = {
        "wsgi_app": place,
        "bind": [*options.bind],
        "workers": options.workers,
        "worker_class": "gevent" if kind == "gevent" else "gthread",
        "timeout": int(options.hang_timeout),
        "graceful_timeout": int(options.drain_timeout),
        "keepalive": 5,
        "backlog": options.backlog,
        "max_requests": options.max_requests,
        "max_requests_jitter": options.max_requests // 10,
        # Header names with underscores would pass for those of a proxy.
        "header_map": "drop",
        "forwarded_allow_ips": "",
        # Nobody asked for a second door into the process.
        "control_socket_disable": True,
    }
    if kind == "gevent":
        settings["worker_connections"] = _GEVENT_CONNECTIONS
    else:
        settings["threads"] = options.threads
    if _MEMORY.is_dir():
        # The heartbeat is a file: on a busy disk it would come too late.
        settings["worker_tmp_dir"] = str(_MEMORY)
    return settings


def write_config(path: Path, place: str, options: ServeOptions, *, kind: str) -> None:
    """Write a gunicorn.conf.py; a file that is there is left alone."""
    if path.exists():
        msg = f"{path} is there already and was left alone. Move it away first."
        raise ConfigError(msg)
    kind = "gunicorn" if kind == "carboy" else kind
    settings = gunicorn_settings(place, options, kind=kind)
    lines = "".join(f"{name} = {value!r}\n" for name, value in settings.items())
    path.write_text(_HEAD.format(place=place, kind=kind) + lines, "utf-8")


def run_gunicorn(place: str, options: ServeOptions, *, kind: str) -> NoReturn:
    """Become gunicorn. A new process image, because gevent has to come first."""
    for package in ("gunicorn", *(["gevent"] if kind == "gevent" else [])):
        if find_spec(package) is None:
            msg = f"{package} is not installed. Get it with: pip install carboy[{kind}]"
            raise ConfigError(msg)
    settings = gunicorn_settings(place, options, kind=kind)
    arguments = [*_flags(settings), "--pythonpath", ",".join(sys.path[:2])]
    sys.stdout.flush()
    os.execv(  # noqa: S606 - no shell is wanted
        sys.executable, [sys.executable, "-m", "gunicorn", *arguments, place]
    )


def _flags(settings: Mapping[str, object]) -> Iterator[str]:
    """Write settings as words of the command line, as far as this gunicorn has them."""
    for known in import_module("gunicorn.config").KNOWN_SETTINGS:
        value = settings.get(known.name)
        if value is None or not known.cli:
            continue
        for each in value if isinstance(value, list) else [value]:
            yield known.cli[-1]
            if each is not True:
                yield str(each)
