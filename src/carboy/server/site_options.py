"""Options of the server that the settings of a site imply.

They are read from `app.config` by name: the server does not know the app's class.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .options import Limits, ServeOptions

_DEFAULT = ServeOptions()
_PASSED_ON = ("trusted_hosts", "trusted_proxies", "proxy_hops")


def apply_site_settings(options: ServeOptions, app: object) -> ServeOptions:
    """Return the options with the settings of the site where the server got none.

    Plain Flask apps change nothing: there these settings belong to the app alone.
    """
    if not getattr(app, "has_settings", False):
        return options
    config: Mapping[str, Any] = getattr(app, "config", {})
    implied: dict[str, Any] = {}
    if hosts := config.get("TRUSTED_HOSTS"):
        implied["trusted_hosts"] = tuple(map(_to_host_name, hosts))
    if hops := config.get("PROXY_HOPS"):
        implied |= {"proxy_hops": hops, "trusted_proxies": ("private",)}
    unset = {name: value for name, value in implied.items() if _is_unset(options, name)}
    limits = _limit_bodies(options, config.get("MAX_CONTENT_LENGTH"))
    return replace(options, limits=limits, **unset)


def answers_json(app: object) -> bool:
    """Return whether errors of the site are JSON for every client."""
    config: Mapping[str, Any] = getattr(app, "config", {})
    return getattr(app, "has_settings", False) and config.get("ERRORS_FORMAT") == "json"


def pack_applied(options: ServeOptions) -> dict[str, object]:
    """Return the fields that a worker sends to the supervisor for the banner."""
    applied: dict[str, object] = {name: getattr(options, name) for name in _PASSED_ON}
    return applied | {"max_body_size": options.limits.max_body_size}


def unpack_applied(options: ServeOptions, applied: Mapping[str, Any]) -> ServeOptions:
    """Return the options with the fields that a worker has sent."""
    limits = replace(options.limits, max_body_size=applied["max_body_size"])
    values: dict[str, Any] = {
        name: tuple(applied[name]) if isinstance(applied[name], list) else applied[name]
        for name in _PASSED_ON
    }
    return replace(options, limits=limits, **values)


def _is_unset(options: ServeOptions, name: str) -> bool:
    is_default = bool(getattr(options, name) == getattr(_DEFAULT, name))
    return is_default and name not in options.chosen


def _limit_bodies(options: ServeOptions, max_size: int | None) -> Limits:
    limits = options.limits
    is_set = limits.max_body_size != _DEFAULT.limits.max_body_size
    if not max_size or is_set or "max_body_size" in options.chosen:
        return limits
    return replace(limits, max_body_size=max_size)


def _to_host_name(host: str) -> str:
    """Return the name as `Host` has it; Flask also allows a port and other scripts."""
    name, _, port = host.rpartition(":")
    bare = name if name and port.isdecimal() and not name.endswith(":") else host
    dot = "." if bare.startswith(".") else ""
    try:
        return dot + bare.removeprefix(".").encode("idna").decode()
    except UnicodeError:
        return bare
