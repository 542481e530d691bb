"""`session.query(…)` of SQLAlchemy 1: text for conditions, order and relationships."""

from typing import Any, Self

import sqlalchemy as sa

from carboy.db import Query
from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use

from .sqlalchemy_orm import JOIN_NAME, MINUS, TEXT_CONDITION, TEXT_ORDER


class OldQuery(Query[Any]):
    """A query that reads text as SQLAlchemy 1 did."""

    def filter(self, *criterion: Any) -> Self:
        """Return a query with these conditions."""
        return super().filter(*(_to_text(c, TEXT_CONDITION) for c in criterion))

    def having(self, *having: Any) -> Self:
        """Return a query with conditions for groups."""
        return super().having(*(_to_text(c, TEXT_CONDITION) for c in having))

    def order_by(self, *clauses: Any) -> Self:
        """Return a query in this order."""
        return super().order_by(*(_to_order(clause) for clause in clauses))

    def join(self, target: Any, *props: Any, **kwargs: Any) -> Self:
        """Return a query with a join; the target may be the name of a relationship."""
        if not isinstance(target, str):
            return super().join(target, *props, **kwargs)
        record_use(JOIN_NAME)
        entity = self.column_descriptions[0]["entity"]
        query = super().join(getattr(entity, target), **kwargs)
        for name in props:
            entity = getattr(entity, target).property.mapper.class_
            query = query.join(getattr(entity, name))
            target = name
        return query


def _to_text(item: Any, row: Row) -> Any:
    if not isinstance(item, str):
        return item
    record_use(row)
    return sa.text(item)


def _to_order(item: Any) -> Any:
    if isinstance(item, str) and (" " in item.strip() or "(" in item):
        return _to_text(item, TEXT_ORDER)
    if isinstance(item, str) and item.startswith("-"):
        record_use(MINUS)
    return item
