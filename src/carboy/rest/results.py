"""What views return: data alone, with a status, with headers."""

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
