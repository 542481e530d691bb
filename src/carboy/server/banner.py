"""The banner at the start: what is served, where, and with which limits."""

import sys
from collections.abc import Callable
from dataclasses import fields

from .listeners import Listener
from .logs import is_json, log
from .options import Limits, ServeOptions
from .site_options import STRICT_LIMITS

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
    if advice := _recommend_limits(options):
        rows.append(("advice", advice))
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


def _recommend_limits(options: ServeOptions) -> str:
    """Return the flags that an app which does not know Carboy would do well to have."""
    default = ServeOptions().limits
    flags = [
        f"--{name.replace('_', '-')} {getattr(default, name)}"
        for name in _list_lifted(options)
    ]
    if not flags:
        return ""
    return f"requests are as free as behind gunicorn; add {' '.join(flags)}"


def _list_lifted(options: ServeOptions) -> list[str]:
    """Return the limits that do not apply because nobody chose them."""
    if not options.is_lenient:
        return []
    return [
        name
        for name in STRICT_LIMITS
        if name not in options.chosen and not getattr(options.limits, name)
    ]


def _list_non_defaults(options: ServeOptions) -> list[str]:
    lines = [
        f"{each.name} {getattr(options.limits, each.name)} (default {each.default})"
        for each in fields(Limits)
        if getattr(options.limits, each.name) != each.default
        and each.name not in _list_lifted(options)
    ]
    lines += [
        f"{each.name} {getattr(options, each.name)} (default {each.default})"
        for each in fields(ServeOptions)
        if each.name in _LISTED and getattr(options, each.name) != each.default
    ]
    return lines
