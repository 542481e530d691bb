"""The banner at the start: what is served, where, and with which limits."""

import sys
from collections.abc import Callable
from dataclasses import fields

from .listeners import Listener
from .logs import is_json, log
from .options import Limits, ServeOptions

_LISTED = (
    "backlog",
    "view_timeout",
    "drain_timeout",
    "hang_timeout",
    "start_timeout",
    "max_requests",
    "max_memory_mb",
)


def make_banner(
    target: str | Callable[..., object],
    options: ServeOptions,
    listeners: list[Listener],
    *,
    was_checked: bool = False,
) -> str:
    """Return the lines: address, workers, hosts, and options that are not default."""
    name = target if isinstance(target, str) else getattr(target, "name", "an app")
    scheme = "https" if options.tls else "http"
    rows = [("Serving", str(name))]
    rows += [("at", _format_address(each, scheme)) for each in listeners]
    threads = _count(options.threads, "view thread")
    rows.append(("with", f"{_count(options.workers, 'worker')} of {threads}"))
    hosts = ", ".join(options.trusted_hosts)
    rows.append(("for", hosts or "any host (set trusted hosts before going public)"))
    if options.trusted_proxies:
        hops = _count(options.proxy_hops, "hop")
        rows.append(("behind", f"{hops}, from {', '.join(options.trusted_proxies)}"))
    rows += [("limit", text) for text in _list_non_defaults(options)]
    if was_checked:
        rows.append(("checks", "passed"))
    return "".join(f"{label:>8}  {text}\n" for label, text in rows)


def print_banner(
    target: str | Callable[..., object],
    options: ServeOptions,
    listeners: list[Listener],
    *,
    was_checked: bool,
) -> None:
    """Write the banner to standard error; one record if the log is JSON."""
    banner = make_banner(target, options, listeners, was_checked=was_checked)
    if is_json():
        log.info("%s", " ".join(banner.split()))
        return
    sys.stderr.write(banner)
    sys.stderr.flush()


def _format_address(listener: Listener, scheme: str) -> str:
    if listener.address.startswith(("unix:", "systemd")):
        return listener.address
    return f"{scheme}://{listener.address}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _list_non_defaults(options: ServeOptions) -> list[str]:
    lines = [
        f"{each.name} {getattr(options.limits, each.name)} (default {each.default})"
        for each in fields(Limits)
        if getattr(options.limits, each.name) != each.default
    ]
    lines += [
        f"{each.name} {getattr(options, each.name)} (default {each.default})"
        for each in fields(ServeOptions)
        if each.name in _LISTED and getattr(options, each.name) != each.default
    ]
    return lines
