"""Dates, numbers and money as the visitor writes them; Flask-Babel's functions."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Literal

from babel import Locale, dates, numbers

from .selection import get_locale, get_timezone
from .state import languages_state

Number = int | float | Decimal | str
DateTime = datetime | date | float | None


def to_user_timezone(moment: datetime) -> datetime:
    """Return a moment in the time zone of the visitor; without a zone it is UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(_zone())


def to_utc(moment: datetime) -> datetime:
    """Return a time of the visitor's clock as UTC without a zone, as Flask-Babel does.

    Of a time that a clock shows twice when summer time ends, it is the first one.
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_zone())
    return moment.astimezone(UTC).replace(tzinfo=None)


def format_datetime(
    datetime: DateTime = None,
    format: str | None = None,
    rebase: bool = True,
) -> str:
    """Return a date with a time: short, medium, long, full or a pattern."""
    form: Any = _format_of("datetime", format)
    return dates.format_datetime(
        _to_datetime(datetime), form, tzinfo=_rebase(rebase), locale=_locale()
    )


def format_date(
    date: DateTime = None,
    format: str | None = None,
    rebase: bool = True,
) -> str:
    """Return a date; that of a moment is the date in the visitor's time zone."""
    value: Any = date
    if value is None or isinstance(value, int | float | datetime):
        moment = _to_datetime(value)
        value = to_user_timezone(moment) if rebase else moment
    form: Any = _format_of("date", format)
    return dates.format_date(value, form, locale=_locale())


def format_time(
    time: datetime | time | float | None = None,
    format: str | None = None,
    rebase: bool = True,
) -> str:
    """Return a time of the day in the visitor's time zone."""
    value: Any = time
    if value is None or isinstance(value, int | float | datetime):
        value = _to_datetime(value)
    form: Any = _format_of("time", format)
    return dates.format_time(value, form, tzinfo=_rebase(rebase), locale=_locale())


def format_timedelta(
    datetime_or_timedelta: datetime | timedelta | float,
    granularity: Any = "second",
    add_direction: bool = False,
    threshold: float = 0.85,
    format: Literal["narrow", "short", "medium", "long"] = "long",
) -> str:
    """Return a time span; of a moment, the time since then."""
    span = datetime_or_timedelta
    if isinstance(span, datetime):
        moment = span if span.tzinfo else span.replace(tzinfo=UTC)
        span = datetime.now(UTC) - moment
        # Flask-Babel counts a moment of the past as negative when it adds "ago".
        span = -span if add_direction else span
    if isinstance(span, int | float):
        span = timedelta(seconds=span)
    return dates.format_timedelta(
        span,
        granularity,
        threshold=threshold,
        add_direction=add_direction,
        format=format,
        locale=_locale(),
    )


def format_number(number: Number) -> str:
    """Return a number with the separators of the language."""
    return numbers.format_decimal(number, locale=_locale())


def format_decimal(number: Number, format: str | None = None) -> str:
    """Return a number, by a pattern of Unicode if one is named."""
    return numbers.format_decimal(number, format=format, locale=_locale())


def format_currency(
    number: Number,
    currency: str,
    format: str | None = None,
    currency_digits: bool = True,
    format_type: Any = "standard",
) -> str:
    """Return an amount of money: `format_currency(9.5, "EUR")`."""
    return numbers.format_currency(
        number,
        currency,
        format=format,
        locale=_locale(),
        currency_digits=currency_digits,
        format_type=format_type,
    )


def format_percent(number: Number, format: str | None = None) -> str:
    """Return a share as per cent: 0.25 is 25 %."""
    value: Any = number
    return numbers.format_percent(value, format=format, locale=_locale())


def format_scientific(number: Number, format: str | None = None) -> str:
    """Return a number with an exponent."""
    return numbers.format_scientific(number, format=format, locale=_locale())


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _zone() -> tzinfo:
    return get_timezone() or UTC


def _rebase(rebase: bool) -> tzinfo | None:
    return _zone() if rebase else None


def _to_datetime(value: DateTime) -> datetime:
    if value is None:
        return datetime.now(UTC)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a date has no zone
    return datetime.fromtimestamp(value, UTC)


def _format_of(kind: str, name: str | None) -> str:
    """Return the format, through the site's table of formats if it has one."""
    state = _formats()
    if name is None:
        name = state.get(kind) or "medium"
    if name in {"short", "medium", "long", "full"}:
        return state.get(f"{kind}.{name}") or name
    return name


def _formats() -> dict[str, str | None]:
    return languages_state.current().formats if get_locale() is not None else {}


FILTERS = {
    "datetimeformat": format_datetime,
    "dateformat": format_date,
    "timeformat": format_time,
    "timedeltaformat": format_timedelta,
    "numberformat": format_number,
    "decimalformat": format_decimal,
    "currencyformat": format_currency,
    "percentformat": format_percent,
    "scientificformat": format_scientific,
}
