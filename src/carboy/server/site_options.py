"""Options of the server that the settings of a site imply.

They are read from `app.config` by name: the server does not know the app's class.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .options import Limits, ServeOptions

_DEFAULT = ServeOptions()
_PASSED_ON = ("trusted_hosts", "trusted_proxies", "proxy_hops", "is_lenient")
# Limits that no other server has, so that an app may rely on their absence.
STRICT_LIMITS = ("max_body_size", "max_form_size", "max_form_fields", "max_json_depth")


def apply_site_settings(options: ServeOptions, app: object) -> ServeOptions:
    """Return the options with the settings of the site where the server got none.

    An app that does not know Carboy gets what it would have behind gunicorn: its
    settings belong to the app alone, and a limit has to be chosen.
    """
    has_settings = getattr(app, "has_settings", None)
    if has_settings is None:
        return _loosen(options)
    if not has_settings:
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
    return applied | {name: getattr(options.limits, name) for name in STRICT_LIMITS}


def unpack_applied(options: ServeOptions, applied: Mapping[str, Any]) -> ServeOptions:
    """Return the options with the fields that a worker has sent."""
    limits = replace(options.limits, **{name: applied[name] for name in STRICT_LIMITS})
    values: dict[str, Any] = {
        name: tuple(applied[name]) if isinstance(applied[name], list) else applied[name]
        for name in _PASSED_ON
    }
    return replace(options, limits=limits, **values)


def _loosen(options: ServeOptions) -> ServeOptions:
    default = _DEFAULT.limits
    unset = {
        name: 0
        for name in STRICT_LIMITS
        if name not in options.chosen
        and getattr(options.limits, name) == getattr(default, name)
    }
    limits = replace(options.limits, **unset)
    return replace(options, limits=limits, is_lenient=True)


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
