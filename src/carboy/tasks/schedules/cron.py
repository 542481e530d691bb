"""When something is due: every so often, or by the five fields of cron."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from carboy.tasks.errors import TaskUsageError

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
_FAR = timedelta(days=366 * 8)


@dataclass(frozen=True, slots=True)
class Every:
    """A fixed number of seconds between two times."""

    seconds: float

    def after(self, moment: float, anchor: float | None = None) -> float:
        """Return the first time after `moment` on the grid that holds `anchor`."""
        if anchor is None:
            return moment + self.seconds
        steps = max(0, int((moment - anchor) // self.seconds) + 1)
        return anchor + steps * self.seconds

    def __str__(self) -> str:
        return f"every {self.seconds:g}s"


@dataclass(frozen=True, slots=True)
class Cron:
    """Minute, hour, day of month, month, day of week, in one time zone."""

    text: str
    fields: tuple[frozenset[int], ...]
    zone: ZoneInfo

    def after(self, moment: float, anchor: float | None = None) -> float:  # noqa: ARG002 - the clock is the grid
        """Return the first time after `moment` at which all fields match."""
        start = datetime.fromtimestamp(moment, UTC).astimezone(self.zone)
        at = (start + timedelta(minutes=1)).replace(second=0, microsecond=0)
        at = at.replace(tzinfo=None)
        end = at + _FAR
        while at < end:
            step = self._step(at)
            if step is None:
                match = at.replace(tzinfo=self.zone).timestamp()
                if match > moment:
                    return match
                step = at + timedelta(minutes=1)
            at = step
        msg = f"The schedule {self.text!r} never comes. Look at its day and month."
        raise TaskUsageError(msg)

    def _step(self, at: datetime) -> datetime | None:
        """Return the next moment to check, or None if this one matches."""
        minutes, hours, _, months, _ = self.fields
        if at.month not in months:
            later = (at.replace(day=1) + timedelta(days=32)).replace(day=1)
            return later.replace(hour=0, minute=0)
        if not self._is_day(at):
            return (at + timedelta(days=1)).replace(hour=0, minute=0)
        if at.hour not in hours:
            return (at + timedelta(hours=1)).replace(minute=0)
        return None if at.minute in minutes else at + timedelta(minutes=1)

    def _is_day(self, at: datetime) -> bool:
        days, weekdays = self.fields[2], self.fields[4]
        by_day, by_weekday = at.day in days, at.isoweekday() % 7 in weekdays
        _, _, day, _, weekday = self.text.split()
        if day != "*" and weekday != "*":
            # Cron's old rule: with both given, one of them is enough.
            return by_day or by_weekday
        return by_day and by_weekday

    def __str__(self) -> str:
        return f"cron {self.text}"


Rule = Every | Cron


def parse_span(text: str | float | timedelta) -> Every:
    """Read `90`, `"15m"`, `"1h30m"` or a `timedelta`."""
    if isinstance(text, timedelta):
        seconds = text.total_seconds()
    elif isinstance(text, str):
        parts = _SPAN.findall(text)
        if not parts or _SPAN.sub("", text).strip():
            seconds = 0.0
        else:
            seconds = sum(float(n) * _SECONDS[unit] for n, unit in parts)
    else:
        seconds = float(text)
    if seconds <= 0:
        msg = (
            f"every() was given {text!r}, which is no span of time. Write it as "
            f'"30s", "15m", "1h30m", "1d", or as seconds.'
        )
        raise TaskUsageError(msg)
    return Every(seconds)


def parse_cron(text: str, zone: str = "UTC") -> Cron:
    """Read five fields such as `0 3 * * mon-fri`."""
    parts = text.lower().split()
    if len(parts) != len(_FIELDS):
        msg = (
            f"cron() was given {text!r}, which has {len(parts)} fields and not five: "
            f'minute, hour, day, month, weekday. "0 3 * * *" is each day at three.'
        )
        raise TaskUsageError(msg)
    try:
        time_zone = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        msg = f"TASKS_TIMEZONE is {zone!r}, which is no time zone. Write Asia/Shanghai."
        raise TaskUsageError(msg) from error
    fields = [_parse_field(text, *each) for each in zip(parts, _FIELDS, strict=True)]
    if 7 in fields[4]:
        fields[4] = (fields[4] - {7}) | {0}
    return Cron(" ".join(parts), tuple(fields), time_zone)


def parse_rule(text: str, zone: str = "UTC") -> Rule:
    """Read a rule as it is stored."""
    kind, _, rest = text.partition(" ")
    return parse_span(rest) if kind == "every" else parse_cron(rest, zone)


def _parse_field(
    text: str, part: str, field: tuple[str, int, int, tuple[str, ...]]
) -> frozenset[int]:
    pieces = (_parse_piece(text, piece, field) for piece in part.split(","))
    return frozenset(number for piece in pieces for number in piece)


def _parse_piece(
    text: str, piece: str, field: tuple[str, int, int, tuple[str, ...]]
) -> range:
    name, low, high, names = field
    span, _, step = piece.partition("/")
    first, dash, last = span.partition("-")
    try:
        if span == "*":
            start, end = low, high
        else:
            start = _number(first, low, names)
            end = _number(last, low, names) if dash else (high if step else start)
        every = int(step) if step else 1
    except ValueError:
        start, end, every = 1, 0, 0
    if not low <= start <= end <= high or every < 1:
        msg = (
            f"cron() was given {text!r}: {piece!r} is no {name}. It goes from {low} "
            f"to {high}; write 5, 1-5, */10 or 1,15."
        )
        raise TaskUsageError(msg)
    return range(start, end + 1, every)


def _number(text: str, low: int, names: tuple[str, ...]) -> int:
    return names.index(text[:3]) + low if text[:3] in names else int(text)
