"""Let a method that replaces another keep its signature, overloads and all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def like(original: F) -> Callable[[Callable[..., Any]], F]:
    """Declare that the decorated function is called as `original` is."""

    def declare(function: Callable[..., Any]) -> F:
        function.__doc__ = function.__doc__ or original.__doc__
        declared: Any = function
        same: F = declared
        return same

    return declare
