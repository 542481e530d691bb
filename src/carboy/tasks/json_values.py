"""JSON as Celery writes it: dates, decimals and ids as well.

Celery is asked for those alone, so that it is not imported by who only declares tasks.
"""

import json
from collections.abc import Iterable
from typing import Any

_MARKED = {"__type__", "__value__"}


def dumps(value: object) -> str:
    """Write JSON text."""
    return json.dumps(value, default=_encode)


def loads(text: str) -> Any:
    """Read JSON text."""
    return json.loads(text, object_hook=_decode)


def pack(args: Iterable[Any], kwargs: dict[str, Any]) -> str:
    """Write arguments as JSON text, or say which value cannot be."""
    return to_json([list(args), kwargs], "the arguments of a task")


def to_json(value: Any, what: str) -> str:
    """Write `value` as JSON text."""
    try:
        return dumps(value)
    except (TypeError, ValueError) as error:
        msg = (
            f"{what} must be JSON (text, numbers, lists, dicts, dates): {error}. "
            f"Hand over an id, and read the object inside the task."
        )
        raise TypeError(msg) from None


def _encode(value: object) -> Any:
    from kombu.utils.json import JSONEncoder  # noqa: PLC0415 - see above

    return JSONEncoder().default(value)


def _decode(found: dict[str, Any]) -> Any:
    if found.keys() != _MARKED:
        return found
    from kombu.utils.json import object_hook  # noqa: PLC0415 - see above

    return object_hook(found)
