"""Who may reach a view, as its decorators note it and its code asks."""

import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

EVERYBODY = "everybody"
IN_VIEW = "decided in the view"
_ATTRIBUTE = "__carboy_access__"


def mark_access(view: Callable[P, R], *rules: str) -> Callable[P, R]:
    """Note who may reach a view, for `carboy routes --access`."""
    setattr(view, _ATTRIBUTE, (*getattr(view, _ATTRIBUTE, ()), *rules))
    return view


def access_rules(view: Any) -> tuple[str, ...]:
    """Return what decorators have noted, the innermost first."""
    rules: tuple[str, ...] = getattr(view, _ATTRIBUTE, ())
    return rules


def describe_view(view: Callable[..., Any] | None) -> str:
    """Return who may reach a view."""
    if view is None:
        return EVERYBODY
    view_class = getattr(view, "view_class", None)
    rules = access_rules(view) or _rules_of_methods(view_class)
    if rules:
        # The outermost decorator is asked first.
        return " and ".join(dict.fromkeys(reversed(rules)))
    return IN_VIEW if _asks(view_class or view) else EVERYBODY


def _rules_of_methods(view_class: Any) -> tuple[str, ...]:
    """Return the rules of a class whose methods are decorated one by one."""
    rules = []
    for name in sorted(getattr(view_class, "methods", None) or ()):
        method = getattr(view_class, name.lower(), None)
        own = access_rules(method) or (EVERYBODY,)
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
