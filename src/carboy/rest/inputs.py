"""Types of arguments: functions that convert a text or raise a ValueError.

The names are those of Flask-RESTful: `parser.add_argument("site", type=inputs.url)`.
"""

import re
from datetime import UTC, date as day, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from time import strptime
from typing import Any
from urllib.parse import urlsplit

__all__ = [
    "boolean",
    "date",
    "datetime_from_iso8601",
    "datetime_from_rfc822",
    "int_range",
    "iso8601interval",
    "natural",
    "positive",
    "regex",
    "url",
]

_SCHEMES = frozenset({"http", "https", "ftp", "ftps"})
_LOGIN = re.compile(r"[^:@]+:[^:@]*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE | re.ASCII)
_IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)
_IPV6 = re.compile(r"[0-9a-f:.]*:[0-9a-f:.]+", re.IGNORECASE | re.ASCII)
_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)


def url(value: str) -> str:
    """Accept the address of a page on the web."""
    if not _is_url(value):
        message = f"{value} is not a valid URL"
        if _is_url(f"http://{value}"):
            message += f". Did you mean: http://{value}"
        raise ValueError(message)
    return value


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    if parts.scheme.lower() not in _SCHEMES or re.search(r"\s", value):
        return False
    login, at, place = parts.netloc.rpartition("@")
    if at and not _LOGIN.fullmatch(login):
        return False
    host, port = _split_host(place)
    return _is_host(host) and (port is None or port.isdecimal())


def _split_host(place: str) -> tuple[str, str | None]:
    """Return host and port; an IPv6 address may stand without brackets."""
    if place.startswith("["):
        host, _, rest = place[1:].partition("]")
        return host, rest.removeprefix(":") if rest else None
    if place.count(":") > 1:
        return place, None
    host, colon, port = place.partition(":")
    return host, port if colon else None


def _is_host(host: str) -> bool:
    if _IPV4.fullmatch(host) or _IPV6.fullmatch(host) or host == "localhost":
        return True
    labels = host.removesuffix(".").split(".")
    has_domain = len(labels) > 1 and len(labels[-1]) > 1
    return has_domain and all(_LABEL.fullmatch(label) for label in labels)


class regex:
    """Accept a text in which a pattern is found; anchor it to match the whole."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self.re = re.compile(pattern, flags)

    def __call__(self, value: str) -> str:
        """Return the value."""
        if not self.re.search(value):
            msg = f'Value does not match pattern: "{self.pattern}"'
            raise ValueError(msg)
        return value


def date(value: str) -> datetime:
    """Read a date such as 2026-11-30; the result is the start of that day."""
    parts = strptime(value, "%Y-%m-%d")
    return datetime.combine(day(*parts[:3]), time())


def natural(value: Any, argument: str = "argument") -> int:
    """Read a number that is not negative."""
    number = _read_integer(value)
    if number < 0:
        msg = f"Invalid {argument}: {number}. {argument} must be a non-negative integer"
        raise ValueError(msg)
    return number


def positive(value: Any, argument: str = "argument") -> int:
    """Read a number above 0."""
    number = _read_integer(value)
    if number < 1:
        msg = f"Invalid {argument}: {number}. {argument} must be a positive integer"
        raise ValueError(msg)
    return number


class int_range:
    """Read a number between two others, both included."""

    def __init__(self, low: int, high: int, argument: str = "argument") -> None:
        self.low = low
        self.high = high
        self.argument = argument

    def __call__(self, value: Any) -> int:
        """Return the number."""
        number = _read_integer(value)
        if not self.low <= number <= self.high:
            name, low, high = self.argument, self.low, self.high
            msg = (
                f"Invalid {name}: {number}. {name} must be within the range "
                f"{low} - {high}"
            )
            raise ValueError(msg)
        return number


def _read_integer(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        msg = f"{value} is not a valid integer"
        raise ValueError(msg) from None


def boolean(value: Any) -> bool:
    """Read true, false, 1 or 0, in any case; JSON's own true and false too."""
    if isinstance(value, bool):
        return value
    if not value:
        msg = "boolean type must be non-null"
        raise ValueError(msg)
    text = str(value).lower()
    if text in {"true", "1"}:
        return True
    if text in {"false", "0"}:
        return False
    msg = f"Invalid literal for boolean(): {value}"
    raise ValueError(msg)


def datetime_from_rfc822(datetime_str: str) -> datetime:
    """Read a time as it stands in mails and headers; the result is in UTC."""
    try:
        read = parsedate_to_datetime(datetime_str)
    except (TypeError, ValueError, IndexError):
        msg = f"{datetime_str!r} is not a date of RFC 822"
        raise ValueError(msg) from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def datetime_from_iso8601(datetime_str: str) -> datetime:
    """Read a time in ISO's form; without a zone it is UTC."""
    read = datetime.fromisoformat(datetime_str)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def iso8601interval(
    value: str, argument: str = "argument"
) -> tuple[datetime, datetime]:
    """Read an interval: a day, an hour, `start/end`, `start/P3D` or `P3D/end`.

    The result is a start and an end in UTC; the end is not part of it.
    """
    try:
        return _read_interval(value)
    except (ValueError, OverflowError, AttributeError, TypeError):
        msg = (
            f"Invalid {argument}: {value}. {argument} must be a valid ISO8601 "
            "date/time interval."
        )
        raise ValueError(msg) from None


def _read_interval(value: str) -> tuple[datetime, datetime]:
    first, slash, second = value.partition("/")
    if not slash:
        start = _read_moment(value)
        return start, start + _length_of(value)
    if first.startswith("P"):
        end = _read_moment(second)
        return _move(end, first, -1), end
    start = _read_moment(first)
    if second.startswith("P"):
        return start, _move(start, second, 1)
    end = _read_moment(second)
    return min(start, end), max(start, end)


def _read_moment(text: str) -> datetime:
    if "T" in text:
        read = datetime.fromisoformat(text)
    else:
        read = datetime.combine(day.fromisoformat(text), time())
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _length_of(text: str) -> timedelta:
    """Return how long what was written lasts: a day, an hour, a minute, a second."""
    _, letter, clock = text.partition("T")
    if not letter:
        return timedelta(days=1)
    lengths = (timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))
    return lengths[min(re.sub(r"[+-].+", "", clock).count(":"), 2)]


def _move(moment: datetime, duration: str, sign: int) -> datetime:
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()):
        msg = f"{duration!r} is not a duration"
        raise ValueError(msg)
    parts = {name: float(text or 0) for name, text in match.groupdict().items()}
    months = int(parts.pop("years")) * 12 + int(parts.pop("months"))
    return _move_months(moment, sign * months) + sign * timedelta(**parts)


def _move_months(moment: datetime, months: int) -> datetime:
    """Return the same day of another month, or the last that it has."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    first = moment.replace(year=year, month=month + 1, day=1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    last = (following - timedelta(days=1)).day
    return first.replace(day=min(moment.day, last))
