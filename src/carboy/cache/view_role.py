"""What a function is in the request at work: a whole page, a part, or a value."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any


class Role(Enum):
    """What a function is in the request at work."""

    PAGE = "the view itself: what it gives is the page"
    PART = "a view inside decorators or a class: what it gives goes on to them"
    VALUE = "a function that somebody calls"


def find_role(context: Any, face: Callable[..., Any]) -> Role:
    """Tell what a decorated function is in this request."""
    if context is None:
        return Role.VALUE
    view = context.app.view_functions.get(context.request.endpoint)
    if view is face:
        return Role.PAGE
    owner = getattr(view, "view_class", None)
    methods = (
        getattr(owner, name, None) for name in ("get", "head", "dispatch_request")
    )
    if any(layer is face for entry in (view, *methods) for layer in layers_of(entry)):
        return Role.PART
    return Role.VALUE


def layers_of(function: Any) -> Iterator[Any]:
    """Give a function and those that decorators have put it around."""
    while function is not None:
        yield function
        function = getattr(function, "__wrapped__", None)
