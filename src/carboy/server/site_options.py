"""What a site's own settings say to the server that runs it.

They are read off `app.config` by name: the server does not know the class of the app.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .options import Limits, ServeOptions

_DEFAULT = ServeOptions()
_TAKEN = ("trusted_hosts", "trusted_proxies", "proxy_hops")


def apply_site_settings(options: ServeOptions, app: object) -> ServeOptions:
    """Return the options as the site wants them, where nobody has told the server.

    Plain apps say nothing: in Flask these settings belong to the app alone.
    """
    if not getattr(app, "has_settings", False):
        return options
    config: Mapping[str, Any] = getattr(app, "config", {})
    wanted: dict[str, Any] = {}
    if hosts := config.get("TRUSTED_HOSTS"):
        wanted["trusted_hosts"] = tuple(map(_bare_name, hosts))
    if hops := config.get("PROXY_HOPS"):
        wanted |= {"proxy_hops": hops, "trusted_proxies": ("private",)}
    free = {name: value for name, value in wanted.items() if _is_free(options, name)}
    limits = _limit_bodies(options, config.get("MAX_CONTENT_LENGTH"))
    return replace(options, limits=limits, **free)


def pack_applied(options: ServeOptions) -> dict[str, object]:
    """Return what a worker tells its parent of the options that it serves with."""
    told: dict[str, object] = {name: getattr(options, name) for name in _TAKEN}
    return told | {"max_body_size": options.limits.max_body_size}


def unpack_applied(options: ServeOptions, told: Mapping[str, Any]) -> ServeOptions:
    """Return the options as a worker told them."""
    limits = replace(options.limits, max_body_size=told["max_body_size"])
    values: dict[str, Any] = {
        name: tuple(told[name]) if isinstance(told[name], list) else told[name]
        for name in _TAKEN
    }
    return replace(options, limits=limits, **values)


def _is_free(options: ServeOptions, name: str) -> bool:
    untouched = bool(getattr(options, name) == getattr(_DEFAULT, name))
    return untouched and name not in options.chosen


def _limit_bodies(options: ServeOptions, most: int | None) -> Limits:
    limits = options.limits
    is_told = limits.max_body_size != _DEFAULT.limits.max_body_size
    if not most or is_told or "max_body_size" in options.chosen:
        return limits
    return replace(limits, max_body_size=most)


def _bare_name(host: str) -> str:
    """Return the name as `Host` has it; Flask takes a port and other scripts too."""
    name, _, port = host.rpartition(":")
    bare = name if name and port.isdecimal() and not name.endswith(":") else host
    dot = "." if bare.startswith(".") else ""
    try:
        return dot + bare.removeprefix(".").encode("idna").decode()
    except UnicodeError:
        return bare
