"""Years, months and days as filters write them: 2026, 2026-11, 2026-11-30."""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MOST_YEARS = 40


@dataclass(frozen=True, slots=True)
class DatePeriod:
    """A year, a month of it, or a day."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def text(self) -> str:
        """The period as a filter writes it."""
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts)

    @property
    def start(self) -> dt.date:
        """The first day."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def end(self) -> dt.date:
        """The day after the last one."""
        if self.day:
            return self.start + dt.timedelta(days=1)
        if self.month:
            days = calendar.monthrange(self.year, self.month)[1]
            return self.start + dt.timedelta(days=days)
        return dt.date(self.year + 1, 1, 1)

    def list_above(self) -> list["DatePeriod"]:
        """Return the periods that it is in, and itself."""
        above = [DatePeriod(self.year)]
        if self.month:
            above.append(DatePeriod(self.year, self.month))
        return [*above, self] if self.day else above

    def list_within(self) -> list["DatePeriod"]:
        """Return the months of a year, the days of a month."""
        if self.day:
            return []
        if self.month:
            days = calendar.monthrange(self.year, self.month)[1]
            return [DatePeriod(self.year, self.month, day + 1) for day in range(days)]
        return [DatePeriod(self.year, month) for month in range(1, 13)]


def parse_period(text: str) -> DatePeriod | None:
    """Return the period of a text, None for other texts and days that do not exist."""
    match = _PERIOD.fullmatch(text)
    if match is None or not text.isascii():
        return None
    period = DatePeriod(*(int(part or 0) for part in match.groups()))
    try:
        _ = period.start, period.end
    except (ValueError, OverflowError):
        return None
    has_zero = "00" in {match[2], match[3]}
    return None if has_zero else period


def list_years(first: int, last: int) -> Iterator[DatePeriod]:
    """Yield the years between two, the latest ones if there are many."""
    for year in range(max(first, last - _MOST_YEARS + 1), last + 1):
        yield DatePeriod(year)
