"""Routes of APIs for which nothing says who may reach them."""

from collections.abc import Callable, Iterator
from inspect import unwrap
from typing import Any

from flask import Flask

from carboy.core import Check
from carboy.site import OPEN_TO_EVERYBODY, describe_view

from .handle_errors import list_apis
from .resource import Resource
from .resource_notes import notes_of_method
from .typed import Operation

_SHOWN = 5
# Decorators of these decide about responses, not about visitors.
_OWN = ("carboy.rest", "carboy.cache")


def check_access(app: Flask) -> Iterator[Check]:
    """Yield a warning that names the routes without a declared access.

    A site that knows no visitors, without accounts and without credentials for any
    operation, has nothing to declare.
    """
    routes = list_undeclared(app)
    if not routes or not _knows_visitors(app):
        return
    names = ", ".join(routes[:_SHOWN])
    if len(routes) > _SHOWN:
        names += f" and {len(routes) - _SHOWN} more"
    yield Check(
        "rest.W001",
        f"Nothing declares who may use {names}.",
        "Pass security= to the operation or its Api, allow= or scope= to api.crud, or "
        "add a decorator. security=[] declares that everybody may.",
    )


def list_undeclared(app: Flask) -> list[str]:
    """Return the methods and addresses of operations without a declared access."""
    typed = {
        api.full_endpoint(operation.endpoint): operation
        for api in _apis_of(app)
        if not api.decorators
        for operation in api.operations
    }
    resources = {
        api.full_endpoint(endpoint)
        for api in _apis_of(app)
        if not api.decorators
        for endpoint in api.endpoints
    }
    routes = []
    for rule in app.url_map.iter_rules():
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if (operation := typed.get(rule.endpoint)) is not None:
            if not _declares_operation(operation):
                routes.append(f"{'/'.join(methods)} {rule.rule}")
        elif rule.endpoint in resources:
            kind = getattr(app.view_functions[rule.endpoint], "view_class", None)
            routes += [
                f"{method} {rule.rule}"
                for method in methods
                if kind is not None and not _declares_method(kind, method.lower())
            ]
    return sorted(routes)


def _apis_of(app: Flask) -> list[Any]:
    return list(list_apis(app))


def _knows_visitors(app: Flask) -> bool:
    has_accounts = any(n in app.extensions for n in ("carboy.auth", "login_manager"))
    return has_accounts or any(
        operation.security for api in _apis_of(app) for operation in api.operations
    )


def _declares_operation(operation: Operation) -> bool:
    return operation.options.declares_access or _declares(operation.function)


def _declares_method(kind: type[Resource], name: str) -> bool:
    decorators: Any = kind.method_decorators
    if isinstance(decorators, dict):
        decorators = decorators.get(name, ())
    return (
        bool(decorators)
        or notes_of_method(kind, name).security is not None
        or _declares(getattr(kind, name, None))
    )


def _declares(function: Callable[..., Any] | None) -> bool:
    """Return whether code or a decorator of a function decides about visitors.

    What a decorator of the site does is not known: each of them counts.
    """
    if describe_view(function) != OPEN_TO_EVERYBODY:
        return True
    is_foreign = False

    def note(layer: Any) -> bool:
        nonlocal is_foreign
        origin = getattr(layer, "__globals__", {}).get("__name__", "")
        if hasattr(layer, "__wrapped__") and not origin.startswith(_OWN):
            is_foreign = True
        return is_foreign

    if function is not None:
        unwrap(function, stop=note)
    return is_foreign
