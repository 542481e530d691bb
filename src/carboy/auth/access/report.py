"""Who may reach each route of an app, as its decorators and batteries say."""

import inspect
from collections.abc import Callable
from typing import Any

from flask import Flask

from .decorators import ACCESS_ATTRIBUTE

EVERYBODY = "everybody"
IN_VIEW = "decided in the view"


def describe_access(app: Flask) -> list[tuple[str, str, str, str]]:
    """List access, methods, rule and endpoint, the open routes first."""
    rows = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions.get(rule.endpoint)
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        rows.append((describe_view(view), methods or "any", rule.rule, rule.endpoint))
    rows.sort(key=lambda row: (row[0] != EVERYBODY, row[0], row[2]))
    return rows


def describe_view(view: Callable[..., Any] | None) -> str:
    """Return who may reach a view."""
    if view is None:
        return EVERYBODY
    view_class = getattr(view, "view_class", None)
    rules = getattr(view, ACCESS_ATTRIBUTE, ()) or _rules_of_methods(view_class)
    if rules:
        # The outermost decorator is asked first.
        return " and ".join(dict.fromkeys(reversed(rules)))
    return IN_VIEW if _asks(view_class or view) else EVERYBODY


def _rules_of_methods(view_class: Any) -> tuple[str, ...]:
    """Return the rules of a class whose methods are decorated one by one."""
    rules = []
    for name in sorted(getattr(view_class, "methods", None) or ()):
        method = getattr(view_class, name.lower(), None)
        own = getattr(method, ACCESS_ATTRIBUTE, (EVERYBODY,))
        rules.append((name, " and ".join(dict.fromkeys(reversed(own)))))
    if all(rule == EVERYBODY for _, rule in rules):
        return ()
    return (", ".join(f"{name}: {rule}" for name, rule in rules),)


def _asks(view: Any) -> bool:
    """Return whether the code of a view asks a policy itself."""
    functions = (
        [function for _, function in inspect.getmembers(view, inspect.isfunction)]
        if inspect.isclass(view)
        else [inspect.unwrap(view)]
    )
    return any(
        {"authorize", "can"} & set(code.co_names)
        for function in functions
        if (code := getattr(function, "__code__", None)) is not None
    )
