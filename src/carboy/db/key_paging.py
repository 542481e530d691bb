"""Pages that begin after a row, as quick at the end of ten million rows as before.

No row is counted or skipped. An order ends with the primary key, so that no two rows
are equal; missing values stand where the database puts them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column that rows are ordered by, and the direction."""

    column: Any
    is_descending: bool = False
    is_nullable: bool = False

    def reverse(self) -> "SortKey":
        """Return the opposite order."""
        return SortKey(self.column, not self.is_descending, self.is_nullable)


def order_clauses(keys: Sequence[SortKey]) -> list[Any]:
    """Return the arguments of `order_by()`."""
    return [
        key.column.desc() if key.is_descending else key.column.asc() for key in keys
    ]


def follows(
    keys: Sequence[SortKey], values: Sequence[Any], dialect: str
) -> sa.ColumnElement[bool]:
    """Return the condition of the rows that follow the one with these values.

    (a, b) > (x, y) is written as a > x OR (a = x AND b > y): columns may have different
    directions. The first column is bounded as a whole too, which lets a database begin
    in the middle of an index.
    """
    nulls_are_largest = dialect == "postgresql"
    conditions = []
    equal: list[Any] = []
    for key, value in zip(keys, values, strict=True):
        beyond = _beyond(key, value, nulls_are_largest=nulls_are_largest)
        if beyond is not None:
            conditions.append(sa.and_(*equal, beyond))
        equal.append(key.column.is_(None) if value is None else key.column == value)
    if not conditions:
        return sa.false()
    return sa.and_(*_bound(keys[0], values[0]), sa.or_(*conditions))


def _beyond(
    key: SortKey, value: Any, *, nulls_are_largest: bool
) -> sa.ColumnElement[bool] | None:
    nulls_follow = key.is_nullable and nulls_are_largest != key.is_descending
    if value is None:
        return None if nulls_follow else key.column.is_not(None)
    after: sa.ColumnElement[bool] = (
        key.column < value if key.is_descending else key.column > value
    )
    return sa.or_(after, key.column.is_(None)) if nulls_follow else after


def _bound(key: SortKey, value: Any) -> Iterator[sa.ColumnElement[bool]]:
    if not key.is_nullable and value is not None:
        yield key.column <= value if key.is_descending else key.column >= value
