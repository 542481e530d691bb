"""`session.query(…)` of SQLAlchemy 1: text for conditions, order and relationships."""

from typing import Any, Self

import sqlalchemy as sa

from carboy.db import Query
from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use

from .sqlalchemy_orm import FROM_SELF, JOIN_NAME, MINUS, TEXT_CONDITION, TEXT_ORDER


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
        if isinstance(target, tuple):
            # Pairs of a target and its condition.
            query = self
            for pair in (target, *props):
                query = super(OldQuery, query).join(*pair, **kwargs)
            return query
        if not isinstance(target, str):
            if props and isinstance(props[0], str):
                props = (getattr(self._first_entity(), props[0]), *props[1:])
            return super().join(target, *props, **kwargs)
        record_use(JOIN_NAME)
        query, entity = self, self._first_entity()
        for name in (name for path in (target, *props) for name in path.split(".")):
            attribute = getattr(entity, name)
            query = super(OldQuery, query).join(attribute, **kwargs)
            entity = attribute.property.mapper.class_
        return query

    def outerjoin(self, target: Any, *props: Any, **kwargs: Any) -> Self:
        """Return a query with an outer join."""
        return self.join(target, *props, isouter=True, **kwargs)

    def with_parent(self, instance: Any, property: Any = None, *_: Any) -> Self:
        """Return a query of what an object refers to, by the name of a relationship."""
        if isinstance(property, str):
            record_use(JOIN_NAME)
            property = getattr(type(instance), property)
        parent = sa.orm.with_parent(instance, property or self._find_link(instance))
        return self.filter(parent)

    def _find_link(self, instance: Any) -> Any:
        """Return the relationship that leads from an object to this query's class."""
        mapper = sa.inspect(self._first_entity())
        links = sa.inspect(type(instance)).relationships
        found = next((link for link in links if link.mapper is mapper), None)
        if found is None:
            msg = f"{type(instance).__name__} has no relationship to {mapper.class_}."
            raise sa.exc.InvalidRequestError(msg)
        return found.class_attribute

    def from_self(self, *entities: Any) -> Self:
        """Return a query of what this one finds."""
        record_use(FROM_SELF)
        labelled = self.set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
        inner: Any = labelled._without_default_order().correlate(None).subquery()
        query: Any = self._from_selectable(inner._anonymous_fromclause())
        if entities:
            query._set_entities(entities)
        found: Self = query
        return found

    def _first_entity(self) -> Any:
        return self.column_descriptions[0]["entity"]


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
