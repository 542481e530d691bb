"""Read the columns that a view shows, and make what msgspec writes of each row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import orm

from .view_fields import RowView

# So many keys are in one statement, as SQLAlchemy does it.
_MOST_KEYS = 500
_Execute = Callable[[sa.Select[Any]], Any]
_Make = Callable[[Sequence[Any]], Any]


class RowPlan:
    """How the rows of one model become what one view shows of them.

    The columns are those of the view, in its order. In place of a relation is a key:
    of the other row, which the statement joins, or of the row itself, to which a
    second statement loads a list.
    """

    def __init__(self, view: RowView) -> None:
        self.view = view
        self._kind = _make_kind(view)
        self._ones: list[tuple[int, Any, RowPlan]] = []
        self._lists: list[tuple[int, Any, RowPlan]] = []
        for position, relation, inner in view.list_relations():
            places = self._lists if relation.uselist else self._ones
            places.append((position, relation, RowPlan(inner)))

    def read(
        self,
        execute: _Execute,
        statement: sa.Select[Any],
        more: Iterable[Any] = (),
    ) -> tuple[list[Any], list[Sequence[Any]]]:
        """Return what is written for each row, and the rows, which end with `more`."""
        columns, joins = self.list_columns(self.view.model)
        statement = statement.with_only_columns(
            *columns, *more, maintain_column_froms=True
        )
        for attribute in joins:
            statement = statement.outerjoin(attribute)
        rows = list(execute(statement))
        make = self.make_maker(execute, rows, 0)[0]
        return [make(row) for row in rows], rows

    def list_columns(self, entity: Any) -> tuple[list[Any], list[Any]]:
        """Return the columns of a row with all that are joined, and the joins."""
        relations = {position: relation for position, relation, _ in self._ones}
        lists = {position for position, _, _ in self._lists}
        columns: list[Any] = []
        aliases = {}
        for position, field in enumerate(self.view.fields):
            if position in relations:
                alias = orm.aliased(relations[position].mapper.class_)
                aliases[position] = alias
                target = sa.inspect(relations[position].mapper.class_)
                key = target.get_property_by_column(target.primary_key[0]).key
                columns.append(getattr(alias, key))
            elif position in lists:
                columns.append(getattr(entity, self.view.key))
            else:
                columns.append(getattr(entity, field.name))
        joins: list[Any] = []
        for position, relation, plan in self._ones:
            joins.append(getattr(entity, relation.key).of_type(aliases[position]))
            inner_columns, inner_joins = plan.list_columns(aliases[position])
            columns += inner_columns
            joins += inner_joins
        return columns, joins

    def make_maker(
        self, execute: _Execute, rows: Sequence[Sequence[Any]], start: int
    ) -> tuple[_Make, int]:
        """Return the function for a row whose columns begin at `start`, and its end."""
        kind = self._kind
        stop = end = start + len(self.view.fields)
        ones: list[tuple[int, _Make]] = []
        for position, _, plan in self._ones:
            make, end = plan.make_maker(execute, rows, end)
            ones.append((position, make))
        lists = []
        for position, relation, plan in self._lists:
            keys = _list_keys(rows, start + position)
            by_key = plan.read_lists(execute, self.view.model, relation, keys)
            lists.append((position, by_key))
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

    def read_lists(
        self, execute: _Execute, owner: Any, relation: Any, keys: Sequence[Any]
    ) -> Mapping[Any, list[Any]]:
        """Return the rows of a relation by the key of their owner."""
        found: dict[Any, list[Any]] = {}
        alias = orm.aliased(owner)
        column = getattr(alias, _name_of_key(owner))
        statement = sa.select(self.view.model).join_from(
            alias, getattr(alias, relation.key)
        )
        if relation.order_by:
            statement = statement.order_by(*relation.order_by)
        for first in range(0, len(keys), _MOST_KEYS):
            part = statement.where(
                column.in_(_pad_keys(keys[first : first + _MOST_KEYS], column))
            )
            written, rows = self.read(execute, part, [column])
            for item, row in zip(written, rows, strict=True):
                found.setdefault(row[-1], []).append(item)
        return found


def _make_kind(view: RowView) -> Any:
    """Return the class that is written as the view is, made of values in order."""
    fields = [(f"f{number}", Any) for number in range(len(view.fields))]
    names = {f"f{number}": field.wire_name for number, field in enumerate(view.fields)}
    name = f"{view.model.__name__}Row"
    return msgspec.defstruct(name, fields, rename=names, gc=False)


def _name_of_key(model: Any) -> str:
    mapper = sa.inspect(model)
    return str(mapper.get_property_by_column(mapper.primary_key[0]).key)


def _list_keys(rows: Sequence[Sequence[Any]], position: int) -> list[Any]:
    return list({row[position]: None for row in rows if row[position] is not None})


def _pad_keys(keys: Sequence[Any], column: Any) -> list[Any]:
    """Return parameters for keys, of few different lengths, so few statements."""
    length = 1 << (len(keys) - 1).bit_length()
    padded = [*keys, *[keys[-1]] * (length - len(keys))]
    return [sa.bindparam(None, key, column.type, unique=True) for key in padded]
