"""Records what the cache is asked for, by wrapping the service of one app.

The cache itself has nothing of it, so it costs nothing while the recorder is off.
"""

import time
from collections.abc import Callable
from typing import Any

from flask import Flask

from carboy.core import registry_of

from .call_sites import find_place
from .recording import find_recording

# The first of those that call each other is recorded.
_METHODS = (
    *("get", "fetch", "get_many", "find_fresh", "set", "set_many", "save", "add"),
    *("delete", "delete_many", "drop_tags", "clear"),
)
_READS = frozenset({"get", "fetch", "find_fresh"})


def record_cache(app: Flask) -> None:
    """Record the calls of the cache that is installed on `app`, if there is one."""
    if "cache" in registry_of(app).installed:
        service: Any = app.extensions["cache"]
        for name in _METHODS:
            setattr(service, name, _wrap(name, getattr(service, name)))


def _wrap(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    action = "get" if name in _READS else name.replace("_", " ")

    def record(*arguments: Any, **options: Any) -> Any:
        recording = find_recording()
        if recording is None or recording.is_in_cache:
            return method(*arguments, **options)
        recording.is_in_cache = True
        started = time.perf_counter()
        try:
            result = method(*arguments, **options)
        finally:
            recording.is_in_cache = False
        recording.add(
            "cache",
            f"{action} {_write_key(arguments)}",
            seconds=time.perf_counter() - started,
            place=find_place(2),
            data={"hit": result is not None} if name in _READS else None,
        )
        return result

    return record


def _write_key(arguments: tuple[Any, ...]) -> str:
    if not arguments:
        return ""
    first = arguments[0]
    return first if isinstance(first, str) else ", ".join(str(each) for each in first)
