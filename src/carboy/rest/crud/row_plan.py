"""Read the columns that a view shows, and make what msgspec writes of each row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.rest.typed import make_row_class

from .view_fields import RowView

# So many keys are in one statement, as SQLAlchemy does it.
_MOST_KEYS = 500
_Make = Callable[[Sequence[Any]], Any]


class RowPlan:
    """How the rows of one model become what one view shows of them.

    The columns are those of the view, in its order. In place of a relation is a key:
    of the other row, which the statement joins, or of the row itself, to which a
    second statement loads a list. All of them are made once: each one costs a request
    more than the values of a row.
    """

    def __init__(self, view: RowView, entity: Any = None) -> None:
        self.view = view
        self.columns: list[Any] = []
        self.joins: list[Any] = []
        self._kind = _make_kind(view)
        self._ones: list[tuple[int, RowPlan]] = []
        self._lists: list[tuple[int, RelatedRows]] = []
        self._add_fields(view.model if entity is None else entity)

    def _add_fields(self, entity: Any) -> None:
        for position, field in enumerate(self.view.fields):
            relation, inner = field.relation, field.inner
            if relation is None or inner is None:
                self.columns.append(getattr(entity, field.name))
            elif relation.uselist:
                self.columns.append(getattr(entity, self.view.key))
                related = RelatedRows(self.view, relation, RowPlan(inner))
                self._lists.append((position, related))
            else:
                alias = orm.aliased(relation.mapper.class_)
                self.columns.append(getattr(alias, inner.key))
                plan = RowPlan(inner, alias)
                attribute = getattr(entity, relation.key).of_type(alias)
                self.joins += [attribute, *plan.joins]
                self._ones.append((position, plan))
        for _, plan in self._ones:
            self.columns += plan.columns

    def read(
        self,
        session: orm.Session,
        statement: sa.Select[Any],
        more: Iterable[Any] = (),
    ) -> tuple[list[Any], list[Sequence[Any]]]:
        """Return what is written for each row, and the rows, which end with `more`."""
        return self.execute(session, self.select(statement, more))

    def select(
        self, statement: sa.Select[Any], more: Iterable[Any] = ()
    ) -> sa.Select[Any]:
        """Return the statement with the columns of the view."""
        statement = statement.with_only_columns(
            *self.columns, *more, maintain_column_froms=True
        )
        for attribute in self.joins:
            statement = statement.outerjoin(attribute)
        return statement

    def execute(
        self, session: orm.Session, statement: sa.Select[Any]
    ) -> tuple[list[Any], list[Sequence[Any]]]:
        """Return the same for a statement that `select` returned."""
        rows: list[Sequence[Any]] = [tuple(row) for row in session.execute(statement)]
        make, _ = self.make_maker(session, rows, 0)
        return [make(row) for row in rows], rows

    def make_maker(
        self, session: orm.Session, rows: Sequence[Sequence[Any]], start: int
    ) -> tuple[_Make, int]:
        """Return the function for a row whose columns begin at `start`, and its end."""
        kind = self._kind
        stop = end = start + len(self.view.fields)
        ones: list[tuple[int, _Make]] = []
        for position, plan in self._ones:
            make, end = plan.make_maker(session, rows, end)
            ones.append((position, make))
        lists = []
        for position, related in self._lists:
            keys = _list_keys(rows, start + position)
            lists.append((position, related.read(session, keys)))
        if not ones and not lists:
            return (lambda row: kind(*row[start:stop])), end

        def make_row(row: Sequence[Any]) -> Any:
            values = list(row[start:stop])
            for position, make in ones:
                if values[position] is not None:
                    values[position] = make(row)
            for position, by_key in lists:
                values[position] = by_key.get(values[position], ())
            return kind(*values)

        return make_row, end


class RelatedRows:
    """The rows of a relation that is a list, for the keys of its owners."""

    def __init__(
        self, owner: RowView, relation: orm.RelationshipProperty[Any], plan: RowPlan
    ) -> None:
        self._plan = plan
        alias = orm.aliased(owner.model)
        self._key = getattr(alias, owner.key)
        self._type = self._key.type
        statement = sa.select(plan.view.model).join_from(
            alias, getattr(alias, relation.key)
        )
        if relation.order_by:
            statement = statement.order_by(*relation.order_by)
        self._statement = plan.select(statement, [self._key])

    def read(
        self, session: orm.Session, keys: Sequence[Any]
    ) -> Mapping[Any, list[Any]]:
        """Return what is written of the rows, in lists by the key of their owner."""
        found: dict[Any, list[Any]] = {}
        for first in range(0, len(keys), _MOST_KEYS):
            part = keys[first : first + _MOST_KEYS]
            statement = self._statement.where(self._is_one_of(session, part))
            written, rows = self._plan.execute(session, statement)
            for item, row in zip(written, rows, strict=True):
                found.setdefault(row[-1], []).append(item)
        return found

    def _is_one_of(self, session: orm.Session, keys: Sequence[Any]) -> Any:
        """Return the condition for keys, so that there are few different statements."""
        if session.get_bind().dialect.name == "postgresql":
            values = sa.bindparam(None, list(keys), sa.ARRAY(self._type), unique=True)
            return self._key == sa.any_(values)
        length = 1 << (len(keys) - 1).bit_length()
        padded = [*keys, *[keys[-1]] * (length - len(keys))]
        return self._key.in_([
            sa.bindparam(None, key, self._type, unique=True) for key in padded
        ])


def _make_kind(view: RowView) -> Any:
    """Return the class that is written as the view is, made of values in order."""
    wire_names = [field.wire_name for field in view.fields]
    return make_row_class(f"{view.model.__name__}Row", wire_names)


def _list_keys(rows: Sequence[Sequence[Any]], position: int) -> list[Any]:
    return list({row[position]: None for row in rows if row[position] is not None})
