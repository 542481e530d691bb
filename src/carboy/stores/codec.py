"""Converts Python values to bytes and back: tagged msgpack, which runs no code.

Numbers, strings, bytes, lists and dicts are plain msgpack. Other types are extensions
with a tag of their own, so that a tuple is decoded as a tuple.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import msgspec
from markupsafe import Markup
from msgspec.msgpack import Ext

from carboy.errors import CarboyError

# Deeper nesting is a mistake or an attack, and would exhaust the stack.
MAX_DEPTH = 64

TUPLE, SET, FROZENSET, PAIRS = 1, 2, 3, 4
DATETIME, DATE, TIME, TIMEDELTA = 5, 6, 7, 8
DECIMAL, UUID_, MARKUP, INT, OBJECT = 9, 10, 11, 12, 13

Unknown = Callable[[Any], Any]


class EncodeError(CarboyError, TypeError):
    """Raised for a value that cannot be encoded."""


class DecodeError(CarboyError, ValueError):
    """Raised for bytes that are not a result of `pack`."""


def pack(value: object) -> bytes:
    """Encode `value` as bytes that `unpack` decodes."""
    return _encode(_ExtensionEncoder().tag(value, MAX_DEPTH))


def pack_canonical(value: object, unknown: Unknown | None = None) -> bytes:
    """Encode `value` so that equal values of the same types have the same bytes.

    For keys: dicts and sets are sorted. An object of another type is encoded as the
    name of its class and the value that `unknown(object)` returns.
    """
    return _encode(
        _ExtensionEncoder(canonical=True, unknown=unknown).tag(value, MAX_DEPTH)
    )


def unpack(data: bytes | memoryview) -> Any:
    """Decode a result of `pack`; raise `DecodeError` for anything else."""
    try:
        return _decoder.decode(data)
    except _REFUSALS as error:
        raise _damaged(error) from None


def unpack_raw(data: bytes) -> dict[str, msgspec.Raw]:
    """Decode a packed dict, but not its values."""
    try:
        return _raw_decoder.decode(data)
    except _REFUSALS as error:
        raise _damaged(error) from None


class _ExtensionEncoder:
    """Replaces values of types that msgpack lacks by extensions."""

    __slots__ = ("canonical", "unknown")

    def __init__(
        self, *, canonical: bool = False, unknown: Unknown | None = None
    ) -> None:
        self.canonical = canonical
        self.unknown = unknown

    def tag(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is int:
            return value if _INT_MIN <= value <= _INT_MAX else _big(value)
        if depth == 0:
            raise EncodeError(
                f"The value is nested more than {MAX_DEPTH} deep, or contains itself. "
                f"Use a flatter one."
            )
        if kind is dict:
            return self._dict(value, depth - 1)
        if kind is list:
            return [self.tag(item, depth - 1) for item in value]
        return self._other(value, kind, depth)

    def _dict(self, value: dict[Any, Any], depth: int) -> Any:
        if not self.canonical and all(type(key) is str for key in value):
            return {key: self.tag(item, depth) for key, item in value.items()}
        pairs = [
            (self.tag(key, depth), self.tag(item, depth)) for key, item in value.items()
        ]
        if self.canonical:
            pairs.sort(key=lambda pair: _encode(pair[0]))
        return Ext(PAIRS, _encode(pairs))

    def _other(self, value: Any, kind: type, depth: int) -> Any:
        if kind is tuple:
            items = [self.tag(item, depth - 1) for item in value]
            return Ext(TUPLE, _encode(items))
        if kind is set or kind is frozenset:
            # Sorted, so that equal sets have the same bytes.
            items = sorted((self.tag(item, depth - 1) for item in value), key=_encode)
            return Ext(SET if kind is set else FROZENSET, _encode(items))
        write = _WRITERS.get(kind)
        if write is not None:
            return write(value)
        for base in _BASES:
            if isinstance(value, base):
                return self.tag(_CONVERTERS.get(base, base)(value), depth)
        return self._object(value, kind, depth)

    def _object(self, value: Any, kind: type, depth: int) -> Any:
        if self.unknown is None:
            raise EncodeError(
                f"A {kind.__module__}.{kind.__qualname__} cannot be encoded: "
                f"only None, numbers, strings, bytes, dates and times, Decimal, UUID, "
                f"Markup, and lists, tuples, sets and dicts of them can. Use its id, "
                f"or its fields as a dict."
            )
        content = self.tag(self.unknown(value), depth - 1)
        return Ext(OBJECT, _encode([f"{kind.__module__}.{kind.__qualname__}", content]))


def _encode(value: object) -> bytes:
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError as error:
        raise _lone_surrogate(error) from None


def _lone_surrogate(error: UnicodeEncodeError) -> EncodeError:
    return EncodeError(
        f"The string {error.object!r} contains a lone surrogate, which is no "
        f"character. Decode it with errors='replace' first."
    )


def _markup(value: Markup) -> Ext:
    try:
        return Ext(MARKUP, str.encode(value))
    except UnicodeEncodeError as error:
        raise _lone_surrogate(error) from None


def _big(value: int) -> Ext:
    return Ext(INT, b"%x" % value if value >= 0 else b"-%x" % -value)


def _datetime(value: datetime) -> Ext:
    zone = value.tzinfo
    if zone is None or isinstance(zone, timezone):
        return Ext(DATETIME, value.isoformat().encode())
    name = getattr(zone, "key", None)
    moment = value.isoformat()
    if not isinstance(name, str):
        return Ext(DATETIME, moment.encode())
    # The wall clock and the name of the zone, so that its rules apply again.
    wall = value.replace(tzinfo=None).isoformat()
    return Ext(DATETIME, f"{wall}|{name}|{value.fold}".encode())


def _read_datetime(text: str) -> datetime:
    wall, _, rest = text.partition("|")
    moment = datetime.fromisoformat(wall)
    if not rest:
        return moment
    name, _, fold = rest.partition("|")
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - takes 3 ms, and few sites need it

    return moment.replace(tzinfo=ZoneInfo(name), fold=int(fold))


def _timedelta(value: timedelta) -> Ext:
    return Ext(TIMEDELTA, _encode([value.days, value.seconds, value.microseconds]))


def _read_extension(code: int, data: memoryview) -> Any:
    read = _READERS.get(code)
    if read is None:
        raise ValueError(f"the tag {code} is unknown")
    return read(data)


def _read_pairs(data: memoryview) -> dict[Any, Any]:
    return dict(_decoder.decode(data))


def _text(data: memoryview) -> str:
    return str(data, "utf-8")


def _damaged(error: BaseException) -> DecodeError:
    return DecodeError(f"The bytes are not a packed value: {error}.")


_INT_MIN, _INT_MAX = -(2**63), 2**64 - 1
_PLAIN = frozenset({str, bool, float, bytes, type(None)})
# A subclass is encoded as the first of these that it is; bool is no base of any.
_BASES: tuple[type, ...] = (
    int, float, Markup, str, bytes, bytearray, memoryview, dict, list, tuple,
    frozenset, set, datetime, date, time, timedelta, Decimal, UUID,
)  # fmt: skip
# Where the constructor of a type does not accept an instance of it.
_CONVERTERS: dict[type, Callable[[Any], Any]] = {
    str: str.__str__,
    datetime: lambda value: datetime.combine(value.date(), value.timetz()),
    date: lambda value: date(value.year, value.month, value.day),
    time: lambda value: datetime.combine(date.min, value).timetz(),
    timedelta: lambda value: timedelta(value.days, value.seconds, value.microseconds),
    UUID: lambda value: UUID(bytes=value.bytes),
}
_WRITERS: dict[type, Callable[[Any], Any]] = {
    datetime: _datetime,
    date: lambda value: Ext(DATE, value.isoformat().encode()),
    time: lambda value: Ext(TIME, f"{value.isoformat()}|{value.fold}".encode()),
    timedelta: _timedelta,
    Decimal: lambda value: Ext(DECIMAL, str(value).encode()),
    UUID: lambda value: Ext(UUID_, value.bytes),
    Markup: _markup,
    bytearray: bytes,
    memoryview: bytes,
}


def _read_time(data: memoryview) -> time:
    text, _, fold = _text(data).partition("|")
    return time.fromisoformat(text).replace(fold=int(fold))


_READERS: dict[int, Callable[[memoryview], Any]] = {
    TUPLE: lambda data: tuple(_decoder.decode(data)),
    SET: lambda data: set(_decoder.decode(data)),
    FROZENSET: lambda data: frozenset(_decoder.decode(data)),
    PAIRS: _read_pairs,
    DATETIME: lambda data: _read_datetime(_text(data)),
    DATE: lambda data: date.fromisoformat(_text(data)),
    TIME: _read_time,
    TIMEDELTA: lambda data: timedelta(*_decoder.decode(data)),
    DECIMAL: lambda data: Decimal(_text(data)),
    UUID_: lambda data: UUID(bytes=bytes(data)),
    MARKUP: lambda data: Markup(_text(data)),  # noqa: S704 - it was Markup when it was packed
    INT: lambda data: int(_text(data), 16),
}
_REFUSALS = (
    msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError,
    InvalidOperation, KeyError, OSError,
)  # fmt: skip
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(
    ext_hook=_read_extension
)
_raw_decoder = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])
