"""Rows that were chosen: by their keys, or all that match a search and a filter."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.schema import (
    ModelAdmin,
    decode_row_key,
    encode_row_key,
    key_of,
)
from carboy.db import SortKey, follows, order_clauses

from .conditions import ConditionMaker, Visible
from .filter_syntax import parse_filter
from .list_query import ListQuery

MOST_KEYS = 500
MOST_COUNTED = 1_000_000


@dataclass(frozen=True, slots=True)
class RowSelection:
    """Chosen rows, in the order of their keys.

    `at` is the moment that "today" and "-7d" of the filter mean, and `until` the key of
    the last row that was there then: work that takes long does not run after new rows.
    """

    keys: tuple[str, ...] = ()
    is_all: bool = False
    search: str = ""
    filter: str = ""
    at: str = ""
    until: str = ""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "RowSelection":
        """Return what `to_json` has written."""
        return cls(**{**values, "keys": tuple(values["keys"])})

    def to_json(self) -> dict[str, Any]:
        """Return it as arguments of a task."""
        return asdict(self)

    def select(self, admin: ModelAdmin, visible: Visible) -> sa.Select[Any]:
        """Return the statement for the rows, or raise `FilterError`."""
        if not self.is_all:
            return admin.select().where(_has_keys(admin, self.keys))
        query = ListQuery(filter=parse_filter(self.filter), search=self.search)
        conditions = ConditionMaker(visible, _read_moment(self.at))
        return query.select(admin, conditions, visible(admin.model))

    def count(self, session: orm.Session, statement: sa.Select[Any]) -> int:
        """Count the rows of a statement, at most one more than `MOST_COUNTED`."""
        rows = statement.with_only_columns(
            sa.literal(1), maintain_column_froms=True
        ).order_by(None)
        bounded = rows.limit(MOST_COUNTED + 1).subquery()
        count = session.scalar(sa.select(sa.func.count()).select_from(bounded))
        return int(count or 0)

    def find_last(
        self, session: orm.Session, admin: ModelAdmin, visible: Visible
    ) -> str:
        """Return the key of the last row, or nothing."""
        keys = [key.reverse() for key in _list_keys(admin)]
        columns = [key.column for key in keys]
        statement = self.select(admin, visible).with_only_columns(*columns)
        statement = statement.order_by(None).order_by(*order_clauses(keys)).limit(1)
        row = session.execute(statement).first()
        return "" if row is None else encode_row_key(row)

    def load_after(
        self,
        session: orm.Session,
        admin: ModelAdmin,
        statement: sa.Select[Any],
        after: str,
        limit: int,
        *,
        is_locked: bool = False,
    ) -> list[Any]:
        """Load the next rows after a key; nobody else changes locked ones meanwhile."""
        keys = _list_keys(admin)
        dialect = session.get_bind(admin.mapper).dialect.name
        # An empty text is a key as well, where keys are texts.
        if after and (last := decode_row_key(admin.mapper, after)) is not None:
            statement = statement.where(follows(keys, last, dialect))
        if self.until and (end := decode_row_key(admin.mapper, self.until)) is not None:
            statement = statement.where(sa.not_(follows(keys, end, dialect)))
        statement = statement.options(orm.lazyload("*"))
        if is_locked:
            statement = statement.with_for_update(of=admin.mapper.local_table)
        statement = statement.order_by(None).order_by(*order_clauses(keys)).limit(limit)
        # Anew: another request may have changed what this one has read.
        options = {"populate_existing": True}
        return list(session.scalars(statement, execution_options=options).unique())


def last_key(rows: Sequence[Any]) -> str:
    """Return the key after which the next rows come."""
    return key_of(rows[-1])


def _list_keys(admin: ModelAdmin) -> list[SortKey]:
    return [SortKey(getattr(admin.model, name)) for name in admin.key_names()]


def _has_keys(admin: ModelAdmin, texts: Sequence[str]) -> sa.ColumnElement[bool]:
    columns = admin.mapper.primary_key
    found = [decode_row_key(admin.mapper, text) for text in texts[:MOST_KEYS]]
    keys = [key for key in found if key is not None]
    if not keys:
        return sa.false()
    if len(columns) == 1:
        return columns[0].in_([value for (value,) in keys])
    return sa.or_(
        *(
            sa.and_(
                *(column == value for column, value in zip(columns, key, strict=True))
            )
            for key in keys
        )
    )


def _read_moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return dt.datetime.now(dt.UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)
