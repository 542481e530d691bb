"""Python values as bytes and back: tagged msgpack, which runs no code when read.

Numbers, texts, bytes, lists and dicts are plain msgpack. What msgpack does not have
travels as an extension with a tag of its own, so that a tuple comes back as a tuple.
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
DEPTH = 64

TUPLE, SET, FROZENSET, PAIRS = 1, 2, 3, 4
DATETIME, DATE, TIME, TIMEDELTA = 5, 6, 7, 8
DECIMAL, UUID_, MARKUP, INT, OBJECT = 9, 10, 11, 12, 13

Unknown = Callable[[Any], Any]


class EncodeError(CarboyError, TypeError):
    """Raised for a value that cannot be kept."""


class DecodeError(CarboyError, ValueError):
    """Raised for bytes that are not what `pack` wrote."""


def pack(value: object) -> bytes:
    """Write `value` as bytes that `unpack` reads."""
    return _encode(_Tagger().tag(value, DEPTH))


def pack_canonical(value: object, unknown: Unknown | None = None) -> bytes:
    """Write `value` so that equal values of the same types give the same bytes.

    For keys: dicts and sets are sorted. An object of another type is what
    `unknown(object)` says it is, under the name of its class.
    """
    return _encode(_Tagger(canonical=True, unknown=unknown).tag(value, DEPTH))


def unpack(data: bytes | memoryview) -> Any:
    """Read what `pack` wrote; anything else is a `DecodeError`."""
    try:
        return _decoder.decode(data)
    except _REFUSALS as error:
        raise _damaged(error) from None


def unpack_raw(data: bytes) -> dict[str, msgspec.Raw]:
    """Read a packed dict, with each of its values still packed."""
    try:
        return _raw_decoder.decode(data)
    except _REFUSALS as error:
        raise _damaged(error) from None


class _Tagger:
    """Replace by extensions what msgpack does not have."""

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
                f"The value is nested more than {DEPTH} deep, or contains itself. "
                f"Keep something flatter."
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
            # Sorted, so that the same set is always the same bytes.
            items = sorted((self.tag(item, depth - 1) for item in value), key=_encode)
            return Ext(SET if kind is set else FROZENSET, _encode(items))
        write = _WRITERS.get(kind)
        if write is not None:
            return write(value)
        for base in _BASES:
            if isinstance(value, base):
                return self.tag(_as_base(base, value), depth)
        return self._object(value, kind, depth)

    def _object(self, value: Any, kind: type, depth: int) -> Any:
        if self.unknown is None:
            raise EncodeError(
                f"A {kind.__module__}.{kind.__qualname__} cannot be kept: only None, "
                f"numbers, texts, bytes, dates and times, Decimal, UUID, Markup, and "
                f"lists, tuples, sets and dicts of them can. Keep its id, or its "
                f"fields as a dict."
            )
        inside = self.tag(self.unknown(value), depth - 1)
        return Ext(OBJECT, _encode([f"{kind.__module__}.{kind.__qualname__}", inside]))


def _encode(value: object) -> bytes:
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError as error:
        raise EncodeError(
            f"The text {error.object!r} holds a lone surrogate, which is no character. "
            f"Decode it with errors='replace' before it is kept."
        ) from None


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
    # The wall clock and the zone's name: summer time is known again after reading.
    wall = value.replace(tzinfo=None).isoformat()
    return Ext(DATETIME, f"{wall}|{name}|{value.fold}".encode())


def _read_datetime(text: str) -> datetime:
    wall, _, rest = text.partition("|")
    moment = datetime.fromisoformat(wall)
    if not rest:
        return moment
    name, _, fold = rest.partition("|")
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - 3 ms that few sites need

    return moment.replace(tzinfo=ZoneInfo(name), fold=int(fold))


def _timedelta(value: timedelta) -> Ext:
    return Ext(TIMEDELTA, _encode([value.days, value.seconds, value.microseconds]))


def _as_base(base: type, value: Any) -> Any:
    if base is datetime:
        return datetime.combine(value.date(), value.timetz())
    if base is date:
        return date(value.year, value.month, value.day)
    if base is bytes:
        return bytes(value)
    if base is str:
        return str.__str__(value)
    return base(value)


def _read_extension(code: int, data: memoryview) -> Any:
    read = _READERS.get(code)
    if read is None:
        raise ValueError(f"the tag {code} is not known")
    return read(data)


def _read_pairs(data: memoryview) -> dict[Any, Any]:
    return dict(_decoder.decode(data))


def _text(data: memoryview) -> str:
    return str(data, "utf-8")


def _damaged(error: BaseException) -> DecodeError:
    return DecodeError(f"The bytes are not a value that was kept here: {error}.")


_INT_MIN, _INT_MAX = -(2**63), 2**64 - 1
_PLAIN = frozenset({str, bool, float, bytes, type(None)})
# A subclass is kept as the first of these that it is; bool is no subclass of anything.
_BASES: tuple[type, ...] = (
    int, float, Markup, str, bytes, bytearray, memoryview, dict, list, tuple,
    frozenset, set, datetime, date, time, timedelta, Decimal, UUID,
)  # fmt: skip
_WRITERS: dict[type, Callable[[Any], Any]] = {
    datetime: _datetime,
    date: lambda value: Ext(DATE, value.isoformat().encode()),
    time: lambda value: Ext(TIME, f"{value.isoformat()}|{value.fold}".encode()),
    timedelta: _timedelta,
    Decimal: lambda value: Ext(DECIMAL, str(value).encode()),
    UUID: lambda value: Ext(UUID_, value.bytes),
    Markup: lambda value: Ext(MARKUP, str.encode(value)),
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
    MARKUP: lambda data: Markup(_text(data)),  # noqa: S704 - it was Markup when it was kept
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
