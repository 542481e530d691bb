"""Primary keys and other values as a part of an address: "12", "eu~4711"."""

import datetime as dt
import enum
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

_PLAIN = re.compile(r"[A-Za-z0-9_-]")
_ESCAPED = re.compile(r"\.([0-9a-f]{2})")
_SEPARATOR = "~"
# An address must not have an empty part; neither this nor that is an escape.
_EMPTY = ".."
_NULL = ".null"
_LARGEST = 2**63
_LONGEST = 1_000

# What `read_plain` raises for a text that is no value.
UNREADABLE = (ValueError, ArithmeticError, KeyError, NotImplementedError)
_PARSERS: Mapping[type[Any], Callable[[str], Any]] = {
    str: str,
    float: float,
    Decimal: Decimal,
    uuid.UUID: uuid.UUID,
    dt.date: dt.date.fromisoformat,
    dt.datetime: dt.datetime.fromisoformat,
    dt.time: dt.time.fromisoformat,
    bytes: bytes.fromhex,
}


def encode_row_key(values: Iterable[Any]) -> str:
    """Return values, such as those of a primary key, as one part of an address."""
    return _SEPARATOR.join(map(_encode, values))


def key_of(row: Any) -> str:
    """Return the key of a row."""
    state = sa.inspect(row)
    # In the flush that adds a row, its key stands in its attributes only.
    return encode_row_key(state.identity or state.mapper.primary_key_from_instance(row))


def decode_row_key(mapper: orm.Mapper[Any], text: str) -> tuple[Any, ...] | None:
    """Return the values of a primary key, or None for a text that is no key."""
    values = decode_values([column.type for column in mapper.primary_key], text)
    return None if values is None or None in values else values


def decode_values(types: Sequence[Any], text: str) -> tuple[Any, ...] | None:
    """Return the values of these types that a text stands for, or None."""
    pieces = text.split(_SEPARATOR)
    if len(pieces) != len(types) or len(text) > _LONGEST:
        return None
    try:
        return tuple(
            None if piece == _NULL else read_plain(kind, _unescape(piece))
            for kind, piece in zip(types, pieces, strict=True)
        )
    except UNREADABLE:
        return None


def _encode(value: Any) -> str:
    return _NULL if value is None else _escape(write_plain(value)) or _EMPTY


def write_plain(value: Any) -> str:
    """Return a value as text, which `read_plain` reads with the type of its column."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value.name if isinstance(value, enum.Enum) else str(value)


def read_plain(kind: Any, text: str) -> Any:
    """Return the value of a text, or raise `ValueError` and the like."""
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class[text]
    python_type = kind.python_type
    if python_type is int:
        number = int(text)
        if not text.isascii() or abs(number) >= _LARGEST:
            raise ValueError(text)
        return number
    if python_type is bool:
        return {"True": True, "False": False}[text]
    if isinstance(kind, sa.Uuid) and not kind.as_uuid:
        return str(uuid.UUID(text))
    if "\0" in text:
        raise ValueError(text)
    return _PARSERS[python_type](text)


def _escape(text: str) -> str:
    return "".join(
        each
        if _PLAIN.fullmatch(each)
        else "".join(f".{byte:02x}" for byte in each.encode())
        for each in text
    )


def _unescape(piece: str) -> str:
    if piece == _EMPTY:
        return ""
    data = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), piece)
    return data.encode("latin-1").decode()
