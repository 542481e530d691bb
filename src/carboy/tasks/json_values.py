"""JSON as Celery writes it: dates, decimals and ids as well.

Celery is asked for those alone, so that it is not imported by who only declares tasks.
"""

import json
from typing import Any

_MARKED = {"__type__", "__value__"}


def dumps(value: object) -> str:
    """Write JSON text."""
    return json.dumps(value, default=_encode)


def loads(text: str) -> Any:
    """Read JSON text."""
    return json.loads(text, object_hook=_decode)


def _encode(value: object) -> Any:
    from kombu.utils.json import JSONEncoder  # noqa: PLC0415 - see above

    return JSONEncoder().default(value)


def _decode(found: dict[str, Any]) -> Any:
    if found.keys() != _MARKED:
        return found
    from kombu.utils.json import object_hook  # noqa: PLC0415 - see above

    return object_hook(found)
