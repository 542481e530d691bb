"""From years to months to days: links that narrow a list by a date."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from carboy.admin.access import VIEW
from carboy.admin.lists import (
    Condition,
    DatePeriod,
    Filter,
    ListQuery,
    is_indexed,
    join_parts,
    list_parts,
    list_years,
    make_conditions,
    parse_period,
)
from carboy.admin.schema import Attribute, ModelAdmin

from .page import ConsolePage

# Counting ends here: what is more is shown as "1000+".
MOST_COUNTED = 1_000
# Without an index the first and the last date are looked up among so many rows only.
_MOST_UNINDEXED = 10_000
_YEARS_OFFERED = 5

MakeUrl = Callable[[Filter | None], str]


@dataclass(frozen=True, slots=True)
class DateLink:
    """A period, the address of the list within it, and how many rows it has."""

    text: str
    url: str
    count: int | None = None

    @property
    def is_more(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.count is not None and self.count > MOST_COUNTED


@dataclass(frozen=True, slots=True)
class DateLevels:
    """Where a list is among the dates: what is above, and what is within."""

    attribute: Attribute
    above: list[DateLink]
    within: list[DateLink]


def make_levels(
    page: ConsolePage, admin: ModelAdmin, query: ListQuery, make_url: MakeUrl
) -> DateLevels | None:
    """Return the links of the hierarchy of dates, if the list has one."""
    name = admin.options.date_hierarchy
    attribute = page.access.visible(admin.model).get(name) if name else None
    if attribute is None:
        return None
    current, others = _split_filter(query.filter, name)

    def link(period: DatePeriod | None, count: int | None = None) -> DateLink:
        parts = others
        if period is not None:
            parts = (*others, Condition(name, "=", (period.text,)))
        text = "" if period is None else period.text
        return DateLink(text, make_url(join_parts(parts)), count)

    above = [] if current is None else [link(None), *map(link, current.list_above())]
    return DateLevels(
        attribute,
        above,
        [link(*each) for each in _list_within(page, admin, query, attribute, current)],
    )


def _split_filter(
    tree: Filter | None, name: str
) -> tuple[DatePeriod | None, tuple[Filter, ...]]:
    """Return the period that a filter has, and its other parts."""
    current, others = None, []
    for part in list_parts(tree):
        period = None
        if isinstance(part, Condition) and (part.path, part.operator) == (name, "="):
            period = parse_period(part.values[0])
        if period is not None and current is None:
            current = period
        else:
            others.append(part)
    return current, tuple(others)


def _list_within(
    page: ConsolePage,
    admin: ModelAdmin,
    query: ListQuery,
    attribute: Attribute,
    current: DatePeriod | None,
) -> list[tuple[DatePeriod, int | None]]:
    if current is not None and current.day:
        return []
    if page.access.asks_rows(VIEW, admin.model):
        # A number, or where dates begin, would tell of rows that the user may not see.
        year = dt.datetime.now(dt.UTC).year
        years = [*list_years(year - _YEARS_OFFERED + 1, year)]
        periods = years if current is None else current.list_within()
        return [(each, None) for each in periods]
    conditions = make_conditions(page.access.visible)
    statement = query.select(admin, conditions, page.access.visible(admin.model))
    session = page.console.session
    column = getattr(admin.model, attribute.name)
    dates = statement.with_only_columns(column, maintain_column_froms=True)
    dates = dates.where(column.is_not(None)).order_by(None)
    if not is_indexed(attribute.column):
        sample = sa.select(sa.func.count()).select_from(
            dates.limit(_MOST_UNINDEXED + 1).subquery()
        )
        if (session.scalar(sample) or 0) > _MOST_UNINDEXED:
            return []
    first = session.scalar(dates.order_by(column).limit(1))
    last = session.scalar(dates.order_by(column.desc()).limit(1))
    if first is None or last is None:
        return []
    periods = _list_between(current, _to_day(first), _to_day(last))
    inside = (
        conditions.make(admin, Condition(attribute.name, "=", (each.text,)))
        for each in periods
    )
    counts = session.execute(sa.select(*(_count(dates, each) for each in inside))).one()
    return [pair for pair in zip(periods, counts, strict=True) if pair[1]]


def _list_between(
    current: DatePeriod | None, first: dt.date, last: dt.date
) -> list[DatePeriod]:
    if current is None:
        return [*list_years(first.year, last.year)]
    within = current.list_within()
    return [each for each in within if each.end > first and each.start <= last]


def _count(dates: sa.Select[Any], inside: sa.ColumnElement[bool]) -> Any:
    rows = dates.where(inside).limit(MOST_COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(rows).scalar_subquery()


def _to_day(value: Any) -> dt.date:
    if not isinstance(value, dt.datetime):
        day: dt.date = value
        return day
    return (value if value.tzinfo is None else value.astimezone(dt.UTC)).date()
