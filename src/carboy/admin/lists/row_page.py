"""One page of rows, and where the pages beside it begin."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.schema import ModelAdmin, decode_values, encode_row_key
from carboy.db import SortKey, follows, order_clauses

from .list_query import ListQuery

# So many rows that a policy hides are passed over for one page, and from one place.
_MOST_BATCHES = 10
MOST_SKIPPED = 100_000

IsSeen = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows, and the places of the pages before and after; empty if there is none.

    `skip` is set where so many hidden rows follow that no place after them can be
    named: the next page begins so many rows after the place that this one began at.
    """

    rows: list[Any]
    previous: str = ""
    next: str = ""
    skip: int = 0


def load_page(
    session: orm.Session,
    admin: ModelAdmin,
    statement: sa.Select[Any],
    query: ListQuery,
    keys: Mapping[str, SortKey],
    *,
    is_seen: IsSeen | None = None,
) -> RowPage:
    """Load the page that a query asks for; nothing is counted.

    `is_seen` says of each row whether the user may see it. Places are those of rows
    that are shown: an address never holds a value of a hidden one.
    """
    limit = admin.options.per_page
    order = [*keys.values()]
    start = query.before or query.after
    columns = [admin.mapper.column_attrs[name].columns[0] for name in keys]
    values = decode_values([column.type for column in columns], start)
    is_backward = bool(query.before) and values is not None
    if is_backward:
        order = [key.reverse() for key in order]
    if values is not None:
        dialect = session.get_bind(admin.mapper).dialect.name
        statement = statement.where(follows(order, values, dialect))
    statement = statement.order_by(None).order_by(*order_clauses(order))
    reader = _BatchReader(session, statement, limit, min(query.skip, MOST_SKIPPED))
    rows = list(reader.read(is_seen))
    has_more = len(rows) > limit or not reader.is_at_end
    del rows[limit:]
    if not rows:
        skip = reader.position if has_more and reader.position < MOST_SKIPPED else 0
        place = start if skip and values is not None else ""
        return (
            RowPage([], place, "", skip)
            if is_backward
            else RowPage([], "", place, skip)
        )
    if is_backward:
        rows.reverse()
    is_within = values is not None or query.skip > 0
    has_previous, has_next = (
        (has_more, is_within) if is_backward else (is_within, has_more)
    )
    return RowPage(
        rows,
        _place(keys, rows[0]) if has_previous else "",
        _place(keys, rows[-1]) if has_next else "",
    )


@dataclass(slots=True)
class _BatchReader:
    """Reads rows in batches until one more than a page is seen, or enough was tried."""

    session: orm.Session
    statement: sa.Select[Any]
    limit: int
    position: int
    is_at_end: bool = False

    def read(self, is_seen: IsSeen | None) -> Iterator[Any]:
        """Yield the rows that the user may see, one more than a page at most."""
        wanted = self.limit + 1
        for _ in range(1 if is_seen is None else _MOST_BATCHES):
            batch = self.statement.offset(self.position or None).limit(self.limit + 1)
            rows = list(self.session.scalars(batch).unique())
            self.is_at_end = len(rows) <= self.limit
            self.position += len(rows)
            for row in rows:
                if is_seen is None or is_seen(row):
                    wanted -= 1
                    yield row
                if wanted == 0:
                    return
            if self.is_at_end:
                return


def _place(keys: Mapping[str, SortKey], row: Any) -> str:
    return encode_row_key(getattr(row, name) for name in keys)
