"""Statements for lists: relations that a view needs, filters, order, pages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import UNSET
from sqlalchemy import orm

from .structs import list_relations

_DEEPEST = 5
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column != value,
    "ge": lambda column, value: column >= value,
    "gt": lambda column, value: column > value,
    "le": lambda column, value: column <= value,
    "lt": lambda column, value: column < value,
    "in": lambda column, value: column.in_(value),
    "null": lambda column, value: column.is_(None) if value else column.is_not(None),
    "contains": lambda column, value: column.icontains(value, autoescape=True),
    "startswith": lambda column, value: column.istartswith(value, autoescape=True),
}


def make_loaders(model: type[Any], view: Any) -> list[Any]:
    """Return the options that load with a list all relations that a view names."""
    return [_load(model, name, inner, 1) for name, inner in _relations(model, view)]


def _relations(model: type[Any], view: Any) -> list[tuple[str, Any]]:
    return list_relations(view, sa.inspect(model))


def _load(model: type[Any], name: str, inner: Any, depth: int) -> Any:
    attribute = getattr(model, name)
    option = orm.selectinload(attribute)
    if inner is None or depth >= _DEEPEST:
        return option
    target = attribute.property.mapper.class_
    return option.options(
        *(_load(target, *each, depth + 1) for each in _relations(target, inner))
    )


def apply_filters(
    statement: sa.Select[Any], model: type[Any], filters: msgspec.Struct
) -> sa.Select[Any]:
    """Return the statement with the conditions of a request."""
    for field in msgspec.structs.fields(filters):
        value = getattr(filters, field.name)
        if value is not UNSET:
            name, _, operator = field.name.partition("__")
            test = _OPERATORS[operator or "eq"]
            statement = statement.where(test(getattr(model, name), value))
    return statement


def make_order(sort: Sequence[str], key: str) -> list[tuple[str, bool]]:
    """Return names of columns with "descending", the primary key last.

    With the key no two rows are equal, so pages neither repeat nor skip one. A column
    that is there twice has its first direction.
    """
    order: dict[str, bool] = {}
    for each in sort:
        order.setdefault(each.lstrip("-"), each.startswith("-"))
    order.setdefault(key, False)
    return list(order.items())


def apply_order(
    statement: sa.Select[Any], model: type[Any], order: Sequence[tuple[str, bool]]
) -> sa.Select[Any]:
    """Return the statement in an order."""
    columns = [
        getattr(model, name).desc() if is_descending else getattr(model, name).asc()
        for name, is_descending in order
    ]
    return statement.order_by(*columns)


def choose_nulls_last(dialect: str, *, is_descending: bool) -> bool:
    """Return whether a database puts rows without a value behind the others."""
    is_largest = dialect in {"postgresql", "oracle"}
    return is_largest != is_descending


def start_after(
    statement: sa.Select[Any],
    model: type[Any],
    order: Sequence[tuple[str, bool]],
    values: Sequence[Any],
    dialect: str,
) -> sa.Select[Any]:
    """Return the statement from the row on that follows a key.

    (a, b) > (x, y) is written as a > x OR (a = x AND b > y): columns may have different
    directions, and each database uses an index for it.
    """
    conditions = []
    equal: list[Any] = []
    for (name, is_descending), value in zip(order, values, strict=True):
        column = getattr(model, name)
        beyond = _follows(column, value, dialect, is_descending=is_descending)
        if beyond is not None:
            conditions.append(sa.and_(*equal, beyond))
        equal.append(column == value)
    return statement.where(sa.or_(*conditions))


def _follows(column: Any, value: Any, dialect: str, *, is_descending: bool) -> Any:
    """Return the condition for what comes after a value; None: nothing does."""
    nulls_are_last = choose_nulls_last(dialect, is_descending=is_descending)
    if value is None:
        return None if nulls_are_last else column.is_not(None)
    beyond = column < value if is_descending else column > value
    is_nullable = getattr(column.property.columns[0], "nullable", True)
    return beyond | column.is_(None) if nulls_are_last and is_nullable else beyond
