"""How a field finds its value in an object: item, attribute, path or function."""

from collections.abc import Callable, Iterable
from typing import Any

Key = str | int | Callable[[Any], Any]


def get_value(key: Key, obj: Any, default: Any = None) -> Any:
    """Return the value that a field names: `"title"`, `"author.name"` or a function."""
    if isinstance(key, str):
        for name in key.split("."):
            obj = _get_one(name, obj, default)
        return obj
    if callable(key):
        return key(obj)
    return _get_one(key, obj, default)


def _get_one(name: Any, obj: Any, default: Any) -> Any:
    """Return an item of a container, else an attribute, else the default."""
    if is_container(obj):
        try:
            return obj[name]
        except (IndexError, TypeError, KeyError):
            pass
    return getattr(obj, name, default)


def is_container(obj: Any) -> bool:
    """Return whether an object has items, and is no string."""
    return hasattr(obj, "__iter__") and not hasattr(obj, "strip")


def to_mapping(obj: Any) -> Any:
    """Return what can be formatted or unpacked by name."""
    if obj is None:
        return None
    if hasattr(obj, "__marshallable__"):
        return obj.__marshallable__()
    if hasattr(obj, "__getitem__"):
        return obj
    return dict(vars(obj))


def list_items(value: Iterable[Any]) -> list[Any]:
    """Return the elements of a container that may have no positions."""
    return value if isinstance(value, list) else list(value)
