"""Keys made of arguments: equal arguments have one key, different ones never do."""

import dataclasses
import datetime
import decimal
import hashlib
import inspect
import secrets
import threading
import uuid
import weakref
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from pathlib import PurePath
from types import CodeType
from typing import Any

import msgspec
from markupsafe import Markup

from carboy.errors import CarboyError, ConfigError
from carboy.stores import EncodeError, pack_canonical

_SCALARS = frozenset({
    type(None), bool, int, float, str, bytes, Markup, uuid.UUID, decimal.Decimal,
    datetime.datetime, datetime.date, datetime.time, datetime.timedelta,
})  # fmt: skip
# A subclass is encoded as its name and as the first of these that it derives from.
_BASES: tuple[type, ...] = (
    int, float, str, bytes, bytearray, memoryview, dict, list, tuple, frozenset, set,
    datetime.datetime, datetime.date, datetime.time, datetime.timedelta,
    decimal.Decimal, uuid.UUID,
)  # fmt: skip
MAX_DEPTH = 32


class CacheKeyError(CarboyError, TypeError):
    """Raised for an argument that cannot be part of a key."""


class _TypedValue:
    """A value of another type: the name of the type, and the content."""

    __slots__ = ("content", "name")

    def __init__(self, name: str, content: Any) -> None:
        self.name = name
        self.content = content

    def __hash__(self) -> int:
        return hash(self.name)


def digest(value: object) -> str:
    """Return 128 bits for a value, the same for equal values of the same type."""
    try:
        packed = pack_canonical(_normalize(value, MAX_DEPTH), _to_list)
    except EncodeError as error:
        raise CacheKeyError(str(error)) from None
    return hashlib.blake2b(packed, digest_size=16).hexdigest()


def text_digest(pairs: list[tuple[str, str]]) -> str:
    """Return 128 bits for pairs of strings; cheaper than `digest`."""
    packed = msgspec.msgpack.encode(pairs)
    return hashlib.blake2b(packed, digest_size=16).hexdigest()


def name_of(function: Callable[..., Any]) -> str:
    """Return the name that identifies a function."""
    qualname = getattr(function, "__qualname__", type(function).__qualname__)
    name = f"{function.__module__}.{qualname}"
    if qualname.endswith("<lambda>"):
        # All lambdas of a scope have one name; their places in the file differ.
        code: CodeType = inspect.unwrap(function).__code__
        name += f":{code.co_firstlineno}:{digest(list(code.co_positions()))[:8]}"
    return name


def key_name_of(function: Callable[..., Any]) -> str:
    """Return the name of a function for a key; raise `ConfigError` if it has none."""
    if not hasattr(function, "__qualname__"):
        raise ConfigError(
            f"{function!r} has no name, so its results have no key. Define a function "
            f"with `def`, or set the name: make_name=lambda name: 'prices' of memoize, "
            f"key_prefix='prices' of cached."
        )
    return name_of(function)


def source_digest(function: Callable[..., Any]) -> str:
    """Return a string that changes with the source code of a function."""
    return digest(inspect.getsource(function))[:8]


class Arguments:
    """The arguments of a function, however a call is written."""

    def __init__(
        self, function: Callable[..., Any], ignored: Iterable[str] = ()
    ) -> None:
        self._signature = inspect.signature(function)
        self._name = name_of(function)
        self._ignored = frozenset(ignored)
        parameters = list(self._signature.parameters.values())
        kinds = {parameter.kind for parameter in parameters}
        positional = {
            inspect.Parameter.POSITIONAL_ONLY,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
        }
        is_simple = kinds <= positional and not self._ignored
        first = parameters[0].name if parameters else ""
        self.is_method = first in {"self", "cls"} and first not in self._ignored
        self._count = len(parameters) if is_simple and not self.is_method else -1

    def digest(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
        """Return the part of the key for one call."""
        if not kwargs and len(args) == self._count:
            return self._digest(list(args))
        return self._digest(self._bind(args, kwargs))

    def instance_digest(self, args: tuple[Any, ...]) -> str:
        """Return the part of the key for `self` in a call of a method."""
        return digest(_identify_instance(args[0]))

    def _digest(self, values: list[Any]) -> str:
        try:
            return digest(values)
        except CacheKeyError as error:
            raise CacheKeyError(
                f"{self._name}() was called with an argument that cannot be part of a "
                f"key. {error}"
            ) from None

    def _bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = bound.arguments.items()
        values = [value for name, value in arguments if name not in self._ignored]
        if self.is_method and values:
            values[0] = _identify_instance(values[0])
        return values


def _to_list(value: Any) -> Any:
    if isinstance(value, _TypedValue):
        return [value.name, value.content]
    return _refuse(value)


def _normalize(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind in _SCALARS:
        return value
    if depth == 0:
        raise CacheKeyError(
            f"It contains a value that is nested more than {MAX_DEPTH} levels deep, or "
            f"that contains itself."
        )
    if kind is list or kind is tuple or kind is set or kind is frozenset:
        return kind(_normalize(item, depth - 1) for item in value)
    if kind is dict:
        return {
            _normalize(key, depth - 1): _normalize(item, depth - 1)
            for key, item in value.items()
        }
    if kind is _TypedValue:
        return value
    name = f"{kind.__module__}.{kind.__qualname__}"
    return _TypedValue(name, _normalize(_identity_of(value, kind), depth - 1))


def _identity_of(value: Any, kind: type) -> Any:
    """Return what distinguishes this object from others of its type."""
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    for name in ("__cache_key__", "__caching_id__"):
        key = getattr(value, name, None)
        if key is not None:
            return key() if callable(key) else key
    mapper = getattr(kind, "__mapper__", None)
    if mapper is not None:
        return _primary_key(value, mapper)
    fields = _fields_of(value, kind)
    if fields is not None:
        return [getattr(value, field) for field in fields]
    return _base_of(value)


def _fields_of(value: Any, kind: type) -> list[str] | None:
    if isinstance(value, Enum):
        return ["name"]
    if dataclasses.is_dataclass(value):
        return [field.name for field in dataclasses.fields(value)]
    names = getattr(kind, "__struct_fields__", None)
    return None if names is None else list(names)


def _base_of(value: Any) -> Any:
    if isinstance(value, PurePath):
        return str(value)
    for base in _BASES:
        if isinstance(value, base):
            if getattr(value, "__dict__", None):
                break
            return _as_base(base, value)
    return _refuse(value)


def _as_base(base: type, value: Any) -> Any:
    if base is bytearray or base is memoryview:
        return bytes(value)
    if base is dict:
        # `items()` of a MultiDict would return only the first value of each key.
        return list(dict.items(value))
    if base in {list, tuple, set, frozenset}:
        return base(iter(value))
    if base is str:
        return str.__str__(value)
    if base in {int, float, bytes}:
        return base(value)
    return str(value)


def _primary_key(value: Any, mapper: Any) -> list[Any]:
    key = list(mapper.primary_key_from_instance(value))
    if any(part is None for part in key):
        raise CacheKeyError(
            f"It contains a {type(value).__qualname__} without a primary key: flush or "
            f"commit it first."
        )
    return key


def _refuse(value: Any) -> Any:
    kind = type(value)
    raise CacheKeyError(
        f"It contains a {kind.__module__}.{kind.__qualname__}, which has no key. "
        f"Define __cache_key__ (a property or a method) on the class, pass an id "
        f"instead, or name the argument in args_to_ignore."
    )


# Objects without a key whose methods are memoized get a token for their lifetime. An
# address, as in their `repr`, would be used again for another object.
_tokens: dict[int, str] = {}
_lock = threading.Lock()


def _identify_instance(value: Any) -> Any:
    try:
        digest(value)
    except CacheKeyError:
        return _TypedValue("object", _token_of(value))
    return value


def _token_of(value: Any) -> str:
    with _lock:
        token = _tokens.get(id(value))
        if token is None:
            try:
                weakref.finalize(value, _tokens.pop, id(value), None)
            except TypeError:
                _refuse(value)
            token = _tokens[id(value)] = secrets.token_hex(16)
        return token
