"""The operators of a filter by the kind of an attribute, and the values they take."""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from carboy.admin.schema import Attribute
from carboy.translation import gettext, gettext_noop

from .date_periods import parse_period
from .filter_syntax import FilterError

_ORDERED = ("=", "!=", "<", "<=", ">", ">=", "in", "not in")
_EMPTY = ("is empty", "is not empty")
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "text": ("~", "=", "!=", "^=", "!~", "in", "not in", *_EMPTY),
    "long_text": ("~", "!~", *_EMPTY),
    "integer": (*_ORDERED, *_EMPTY),
    "number": (*_ORDERED, *_EMPTY),
    "boolean": ("=", "!=", *_EMPTY),
    "choice": ("=", "!=", "in", "not in", *_EMPTY),
    "date": (*_ORDERED, *_EMPTY),
    "datetime": (">=", "<", "=", "!=", "<=", ">", *_EMPTY),
    "time": (*_ORDERED, *_EMPTY),
    "uuid": ("=", "!=", "in", "not in", *_EMPTY),
    "one": ("=", "!=", "in", "not in", *_EMPTY),
    "many": ("=", "!=", "in", "not in", *_EMPTY),
    "json": _EMPTY,
    "binary": _EMPTY,
    "file": _EMPTY,
    "other": _EMPTY,
}
OPERATOR_TEXTS: Mapping[str, str] = {
    "=": gettext_noop("is"),
    "!=": gettext_noop("is not"),
    "~": gettext_noop("contains"),
    "!~": gettext_noop("does not contain"),
    "^=": gettext_noop("begins with"),
    "<": gettext_noop("is less than"),
    "<=": gettext_noop("is at most"),
    ">": gettext_noop("is more than"),
    ">=": gettext_noop("is at least"),
    "in": gettext_noop("is one of"),
    "not in": gettext_noop("is none of"),
    "is empty": gettext_noop("is empty"),
    "is not empty": gettext_noop("is not empty"),
}
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_RELATIVE = re.compile(r"([+-]\d{1,5})(h|d|w)")
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, or a whole day, month or year.

    Then it ends where the next one begins.
    """

    start: Any
    end: Any


def read_value(attribute: Attribute, text: str, now: dt.datetime) -> Any:
    """Return the value of a text for an attribute, or raise `FilterError`."""
    if "\0" in text:
        raise refuse_value(attribute, text)
    try:
        return _READERS[attribute.kind](attribute, text, now)
    except FilterError:
        raise
    except (ValueError, ArithmeticError, KeyError) as error:
        raise refuse_value(attribute, text) from error


def refuse_value(attribute: Attribute, text: str) -> FilterError:
    """Return the error for a text that is no value of an attribute."""
    message = gettext(
        "%(value)s is no value of %(label)s.", value=repr(text), label=attribute.label
    )
    return FilterError(message)


def _read_text(_attribute: Attribute, text: str, _now: dt.datetime) -> str:
    return text


def _read_integer(_attribute: Attribute, text: str, _now: dt.datetime) -> int:
    number = int(text)
    if not text.isascii() or abs(number) >= _LARGEST:
        raise ValueError(text)
    return number


def _read_number(attribute: Attribute, text: str, _now: dt.datetime) -> Any:
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise ValueError(text)
    is_float = attribute.column is not None and isinstance(
        attribute.column.type, sa.Float
    )
    return float(number) if is_float else number


def _read_boolean(_attribute: Attribute, text: str, _now: dt.datetime) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError(text)


def _read_choice(attribute: Attribute, text: str, _now: dt.datetime) -> Any:
    if text not in attribute.choices:
        raise ValueError(text)
    kind = attribute.column.type if attribute.column is not None else None
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class[text]
    if isinstance(kind, sa.Integer):
        return int(text)
    return text


def _read_date(_attribute: Attribute, text: str, now: dt.datetime) -> dt.date | Moment:
    relative, period = _read_relative(text, now), parse_period(text)
    if period is not None and not period.day:
        return Moment(period.start, period.end)
    return dt.date.fromisoformat(text) if relative is None else relative.date()


def _read_datetime(attribute: Attribute, text: str, now: dt.datetime) -> Moment:
    relative = _read_relative(text, now)
    is_day = text.lower() in {"today", "yesterday", "tomorrow"}
    period = parse_period(text)
    if period is not None:
        start, end = (
            dt.datetime.combine(day, dt.time(), dt.UTC)
            for day in (period.start, period.end)
        )
        return _fit(attribute, Moment(start, end))
    if relative is not None:
        start = relative
    else:
        start = dt.datetime.fromisoformat(text)
        is_day = len(text) <= len("2026-01-31")
    if start.tzinfo is None:
        start = start.replace(tzinfo=dt.UTC)
    start = start.astimezone(dt.UTC)
    end = start + dt.timedelta(days=1) if is_day else start
    return _fit(attribute, Moment(start, end))


def _fit(attribute: Attribute, moment: Moment) -> Moment:
    """Return a moment as the column stores it."""
    if attribute.column is None or _has_zone(attribute.column.type):
        return moment
    return Moment(moment.start.replace(tzinfo=None), moment.end.replace(tzinfo=None))


def _has_zone(kind: Any) -> bool:
    return bool(getattr(getattr(kind, "impl", kind), "timezone", False))


def _read_relative(text: str, now: dt.datetime) -> dt.datetime | None:
    days = {"today": 0, "yesterday": -1, "tomorrow": 1}
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if (offset := days.get(text.lower())) is not None:
        return midnight + dt.timedelta(days=offset)
    if text.lower() == "now":
        return now
    match = _RELATIVE.fullmatch(text)
    if match is None:
        return None
    hours = int(match[1]) * {"h": 1, "d": 24, "w": 168}[match[2]]
    return now + dt.timedelta(hours=hours)


def _read_time(_attribute: Attribute, text: str, _now: dt.datetime) -> dt.time:
    return dt.time.fromisoformat(text)


def _read_uuid(attribute: Attribute, text: str, _now: dt.datetime) -> Any:
    value = uuid.UUID(text)
    kind: Any = attribute.column.type if attribute.column is not None else None
    return value if getattr(kind, "as_uuid", True) else str(value)


_READERS: Mapping[str, Callable[[Attribute, str, dt.datetime], Any]] = {
    "text": _read_text,
    "long_text": _read_text,
    "integer": _read_integer,
    "number": _read_number,
    "boolean": _read_boolean,
    "choice": _read_choice,
    "date": _read_date,
    "datetime": _read_datetime,
    "time": _read_time,
    "uuid": _read_uuid,
}
