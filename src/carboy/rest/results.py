"""What views return: data alone, with a status, with headers; now, or later."""

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

_WITH_HEADERS = 3
_WITH_STATUS = 2


def split_result(result: Any) -> tuple[Any, Any, Any]:
    """Return data, status and headers; a tuple of another length is data."""
    if isinstance(result, tuple):
        if len(result) == _WITH_HEADERS:
            return result[0], result[1], result[2]
        if len(result) == _WITH_STATUS:
            return result[0], result[1], {}
    return result, 200, {}


def wrap_view(
    view: Callable[..., Any],
    *,
    before: Callable[[], None] | None = None,
    after: Callable[[Any], Any] | None = None,
) -> Callable[..., Any]:
    """Return a view that does something before or after another, `async` as that is."""
    if iscoroutinefunction(view):

        @wraps(view)
        async def wrapped_async(*args: Any, **kwargs: Any) -> Any:
            if before is not None:
                before()
            result = await view(*args, **kwargs)
            return result if after is None else after(result)

        return wrapped_async

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before is not None:
            before()
        result = view(*args, **kwargs)
        return result if after is None else after(result)

    return wrapped
