"""Keys made of arguments: equal ones give the same key, different ones never do."""

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
from typing import Any

import msgspec
from markupsafe import Markup

from carboy.errors import CarboyError
from carboy.stores import EncodeError, pack_canonical

_SCALARS = frozenset({
    type(None), bool, int, float, str, bytes, Markup, uuid.UUID, decimal.Decimal,
    datetime.datetime, datetime.date, datetime.time, datetime.timedelta,
})  # fmt: skip
# A subclass is told apart by its name, and is then the first of these that it is.
_BASES: tuple[type, ...] = (
    int, float, str, bytes, bytearray, memoryview, dict, list, tuple, frozenset, set,
    datetime.datetime, datetime.date, datetime.time, datetime.timedelta,
    decimal.Decimal, uuid.UUID,
)  # fmt: skip
DEPTH = 32


class CacheKeyError(CarboyError, TypeError):
    """Raised for an argument that no key can be made of."""


class _Named:
    """A value of a type that is not plain: the type's name, and what is in it."""

    __slots__ = ("inside", "name")

    def __init__(self, name: str, inside: Any) -> None:
        self.name = name
        self.inside = inside

    def __hash__(self) -> int:
        return hash(self.name)


def digest(value: object) -> str:
    """Give 128 bits for a value: the same ones for what is equal and of equal types."""
    try:
        packed = pack_canonical(_plain(value, DEPTH), _open)
    except EncodeError as error:
        raise CacheKeyError(str(error)) from None
    return hashlib.blake2b(packed, digest_size=16).hexdigest()


def text_digest(pairs: list[tuple[str, str]]) -> str:
    """Give 128 bits for pairs of texts, for less than `digest` would."""
    packed = msgspec.msgpack.encode(pairs)
    return hashlib.blake2b(packed, digest_size=16).hexdigest()


def name_of(function: Callable[..., Any]) -> str:
    """Give the name under which a function is told apart from others."""
    qualname = getattr(function, "__qualname__", type(function).__qualname__)
    return f"{function.__module__}.{qualname}"


def source_digest(function: Callable[..., Any]) -> str:
    """Give another text when the source of a function has changed."""
    return digest(inspect.getsource(function))[:8]


class Arguments:
    """How a function is called, however the call is written."""

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
        """Give the text that stands for this call."""
        if not kwargs and len(args) == self._count:
            return self._digest(list(args))
        return self._digest(self._bind(args, kwargs))

    def instance_digest(self, args: tuple[Any, ...]) -> str:
        """Give the text that stands for `self` in this call of a method."""
        return digest(_instance(args[0]))

    def _digest(self, values: list[Any]) -> str:
        try:
            return digest(values)
        except CacheKeyError as error:
            raise CacheKeyError(
                f"{self._name}() was called with what no key can be made of. {error}"
            ) from None

    def _bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        given = {k: v for k, v in bound.arguments.items() if k not in self._ignored}
        values = list(given.values())
        if self.is_method and values:
            values[0] = _instance(values[0])
        return values


def _open(value: Any) -> Any:
    if isinstance(value, _Named):
        return [value.name, value.inside]
    return _refuse(value)


def _plain(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind in _SCALARS:
        return value
    if depth == 0:
        raise CacheKeyError(
            f"A value in it is nested more than {DEPTH} deep, or contains itself."
        )
    if kind is list or kind is tuple or kind is set or kind is frozenset:
        return kind(_plain(item, depth - 1) for item in value)
    if kind is dict:
        return {
            _plain(key, depth - 1): _plain(item, depth - 1)
            for key, item in value.items()
        }
    if kind is _Named:
        return value
    name = f"{kind.__module__}.{kind.__qualname__}"
    return _Named(name, _plain(_inside(value, kind), depth - 1))


def _inside(value: Any, kind: type) -> Any:
    """Give what tells this object from others of its type."""
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    for name in ("__cache_key__", "__caching_id__"):
        own = getattr(value, name, None)
        if own is not None:
            return own() if callable(own) else own
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
        # Also of a MultiDict, whose `items()` would tell only the first of each key.
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
            f"A {type(value).__qualname__} in it has no primary key yet: flush or "
            f"commit it first."
        )
    return key


def _refuse(value: Any) -> Any:
    kind = type(value)
    raise CacheKeyError(
        f"A {kind.__module__}.{kind.__qualname__} in it does not say what tells it "
        f"from others. Give the class a __cache_key__ (a property or a method), pass "
        f"an id instead, or name the argument in args_to_ignore."
    )


# Objects whose methods are memoized and that have no key: one of their own each, for
# as long as they live. An address, as in their `repr`, would be given out again.
_tokens: dict[int, str] = {}
_lock = threading.Lock()


def _instance(value: Any) -> Any:
    try:
        digest(value)
    except CacheKeyError:
        return _Named("object", _token_of(value))
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
