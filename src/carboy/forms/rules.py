"""Which unsafe routes of an app are protected, and which are exempt and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from .csrf import (
    WITHOUT_COOKIES,
    find_exemption,
    is_left_to_flask_wtf,
    protection_state,
)

_DEFAULT_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class UnsafeRule:
    """A route that changes something, and how it is protected."""

    methods: tuple[str, ...]
    rule: str
    endpoint: str
    protection: str
    is_protected: bool

    @property
    def is_exempt(self) -> bool:
        """Whether somebody has exempted it, rather than forgotten it."""
        return self.protection.startswith("exempt")


def list_unsafe_rules(app: Flask) -> list[UnsafeRule]:
    """Return each route with an unsafe method, in the order of registration."""
    return list(_iter_rules(app))


def list_exempt_rules(app: Flask) -> list[tuple[str, str]]:
    """Return (rule, endpoint) of each unsafe route that is not checked."""
    rules = list_unsafe_rules(app)
    return [(each.rule, each.endpoint) for each in rules if not each.is_protected]


def _iter_rules(app: Flask) -> Iterator[UnsafeRule]:
    protection = protection_state.find(app)
    methods = frozenset(protection.settings.methods) if protection else frozenset()
    for rule in app.url_map.iter_rules():
        unsafe = (methods | _DEFAULT_METHODS).intersection(rule.methods or ())
        if unsafe:
            state, is_protected = _describe(app, rule.endpoint)
            if is_protected and not unsafe <= methods and protection:
                state = f"only {', '.join(sorted(unsafe & methods)) or 'safe methods'}"
                is_protected = False
            yield UnsafeRule(
                tuple(sorted(unsafe)), rule.rule, rule.endpoint, state, is_protected
            )


def _describe(app: Flask, endpoint: str) -> tuple[str, bool]:
    """Return the state of a route in words, and whether forged requests are refused."""
    if is_left_to_flask_wtf(app):
        return _describe_flask_wtf(app, endpoint)
    protection = protection_state.find(app)
    if protection is None:
        return "not installed", False
    if not protection.settings.enabled:
        return "off: CSRF_ENABLED is false", False
    extent, where = find_exemption(app, endpoint, _list_blueprints(endpoint))
    if extent:
        when = " without cookies" if extent == WITHOUT_COOKIES else ""
        return f"exempt{when} by {where}", extent == WITHOUT_COOKIES
    if not protection.settings.check_default:
        return "only in forms: CSRF_CHECK_DEFAULT is false", False
    return "protected", True


def _list_blueprints(endpoint: str) -> list[str]:
    """Return the blueprints of an endpoint as Flask lists them, the innermost first."""
    names = endpoint.split(".")[:-1]
    return [".".join(names[:n]) for n in range(len(names), 0, -1)]


def _describe_flask_wtf(app: Flask, endpoint: str) -> tuple[str, bool]:
    if not app.config.get("WTF_CSRF_ENABLED", True):
        return "off: WTF_CSRF_ENABLED is false", False
    if not app.config.get("WTF_CSRF_CHECK_DEFAULT", True):
        return "only in forms: WTF_CSRF_CHECK_DEFAULT is false", False
    csrf, view = app.extensions["csrf"], app.view_functions.get(endpoint)
    name = f"{getattr(view, '__module__', '')}.{getattr(view, '__name__', '')}"
    blueprint = endpoint.rpartition(".")[0]
    if name in getattr(csrf, "_exempt_views", ()):
        return "exempt by Flask-WTF", False
    exempt = getattr(csrf, "_exempt_blueprints", ())
    if blueprint and app.blueprints.get(blueprint) in exempt:
        return f"exempt by Flask-WTF, blueprint {blueprint}", False
    return "protected by Flask-WTF", True
