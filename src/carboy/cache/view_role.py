"""What a decorated function is in the current request: a view, or a plain function."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any


class ViewRole(Enum):
    """What a decorated function is in the current request."""

    VIEW = "the view itself: its return value is the page"
    INNER_VIEW = "a view inside decorators or a class, which get its return value"
    FUNCTION = "a function that other code calls"


def role_of(context: Any, wrapper: Callable[..., Any]) -> ViewRole:
    """Return what a decorated function is in this request."""
    if context is None:
        return ViewRole.FUNCTION
    view = context.app.view_functions.get(context.request.endpoint)
    if view is wrapper:
        return ViewRole.VIEW
    owner = getattr(view, "view_class", None)
    methods = (
        getattr(owner, name, None) for name in ("get", "head", "dispatch_request")
    )
    if any(
        layer is wrapper
        for function in (view, *methods)
        for layer in unwrap_layers(function)
    ):
        return ViewRole.INNER_VIEW
    return ViewRole.FUNCTION


def unwrap_layers(function: Any) -> Iterator[Any]:
    """Yield a function and then each function that its decorators have wrapped."""
    while function is not None:
        yield function
        function = getattr(function, "__wrapped__", None)
