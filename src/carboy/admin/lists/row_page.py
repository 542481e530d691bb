"""One page of rows, and where the pages beside it begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.schema import ModelAdmin, decode_values, encode_row_key
from carboy.db import SortKey, follows, order_clauses

from .list_query import ListQuery


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows, and the places of the pages before and after; empty if there is none."""

    rows: list[Any]
    previous: str = ""
    next: str = ""


def load_page(
    session: orm.Session,
    admin: ModelAdmin,
    statement: sa.Select[Any],
    query: ListQuery,
    keys: Mapping[str, SortKey],
) -> RowPage:
    """Load the page that a query asks for; nothing is counted."""
    limit = admin.options.per_page
    order = [*keys.values()]
    is_backward = bool(query.before)
    start = query.before or query.after
    values = None
    if start:
        columns = [admin.mapper.column_attrs[name].columns[0] for name in keys]
        values = decode_values([column.type for column in columns], start)
    if is_backward:
        order = [key.reverse() for key in order]
    if values is not None:
        dialect = session.get_bind(admin.mapper).dialect.name
        statement = statement.where(follows(order, values, dialect))
    statement = statement.order_by(None).order_by(*order_clauses(order))
    rows = list(session.scalars(statement.limit(limit + 1)).unique())
    has_more = len(rows) > limit
    del rows[limit:]
    if is_backward:
        rows.reverse()
    has_previous = has_more if is_backward else values is not None
    has_next = values is not None if is_backward else has_more
    return RowPage(
        rows,
        _place(keys, rows[0]) if rows and has_previous else "",
        _place(keys, rows[-1]) if rows and has_next else "",
    )


def _place(keys: Mapping[str, SortKey], row: Any) -> str:
    return encode_row_key(getattr(row, name) for name in keys)
