# ruff: noqa: SLF001 - what a query is made of can be seen from the inside only
"""Outlines: a cheap key of the queries that pages ask most.

SQLAlchemy's own key walks through every part of a statement, which costs more than the
database does. A query over one model that compares its columns with values, sorts by
its columns and takes a slice is known by a few identities. All else has no outline and
goes by SQLAlchemy's key.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.sql import operators
from sqlalchemy.sql.cache_key import NO_CACHE
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    False_,
    Null,
    True_,
    UnaryExpression,
)
from sqlalchemy.sql.selectable import _OffsetLimitParam
from sqlalchemy.sql.type_api import BOOLEANTYPE

Key = tuple[Any, ...]

# What an outline tells of; a query with anything else has none.
_TOLD: Final = frozenset({
    "session",
    "_is_default_order",
    "_label_style",
    "_limit_clause",
    "_offset_clause",
    "_order_by_clauses",
    "_propagate_attrs",
    "_raw_columns",
    "_where_criteria",
    "dispatch",
})
_COMPARISONS: Final = frozenset({
    operator.eq,
    operator.ne,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operators.is_,
    operators.is_not,
    operators.like_op,
    operators.ilike_op,
})
_CONSTANTS: Final = frozenset({Null, True_, False_})
_NO_ESCAPE: Final = {"escape": None}


@dataclass(slots=True)
class Outline:
    """What tells a query from others, and the values in it.

    Columns and models stand in `rows` and `cut` by their `id()`: it is worth keeping
    only if `is_lasting`, and true as long as `things` are kept.
    """

    asked: Any
    rows: Key
    cut: Key
    values: list[Any]
    cut_values: list[Any]

    @property
    def things(self) -> list[Any]:
        """What stands in it by its `id()`: the model first."""
        asked = self.asked
        found = list(asked._raw_columns)
        for criterion in asked._where_criteria:
            sides = (criterion.left, criterion.right)
            found += [side for side in sides if not _is_value(side)]
        for clause in asked._order_by_clauses:
            found.append(clause.element if type(clause) is UnaryExpression else clause)
        return found


def outline_of(asked: Any) -> Outline | None:
    """Give the outline of a `select()` or `Query`, or None if it has none."""
    kind, parts = type(asked), getattr(asked, "__dict__", {})
    if not (kind is sa.Select or _is_free_query(asked)):
        return None
    if not parts.keys() <= _TOLD or len(asked._raw_columns) != 1:
        return None
    values: list[Any] = []
    rows = [
        kind,
        id(asked._raw_columns[0]),
        asked._propagate_attrs.get("plugin_subject"),
        parts.get("_label_style"),
    ]
    for criterion in asked._where_criteria:
        if not _add_criterion(criterion, rows, values):
            return None
    cut: list[Any] = [
        (id(clause.element), clause.modifier, clause.operator)
        if type(clause) is UnaryExpression
        else id(clause)
        for clause in asked._order_by_clauses
    ]
    cut_values: list[Any] = []
    for clause in (asked._limit_clause, asked._offset_clause):
        if clause is None:
            cut.append(None)
        elif type(clause) is _OffsetLimitParam and clause.unique:
            cut.append(clause.type._static_cache_key)
            cut_values.append(clause)
        else:
            return None
    return Outline(asked, tuple(rows), tuple(cut), values, cut_values)


def is_lasting(outline: Outline) -> bool:
    """Whether a query is over one mapped class, and all its columns are of such.

    Those are the same objects each time; columns of an alias are made anew.
    """
    model, *columns = outline.things
    mapper = getattr(model, "_annotations", {}).get("parententity")
    return (
        isinstance(mapper, orm.Mapper)
        and mapper is outline.asked._propagate_attrs.get("plugin_subject")
        and mapper.__clause_element__() is model
        and all(_is_lasting(column) for column in columns)
    )


def _is_free_query(asked: Any) -> bool:
    """Whether it is a `Query` that nobody rewrites before it is compiled."""
    return isinstance(asked, orm.Query) and not asked.dispatch.before_compile


def _add_criterion(criterion: Any, rows: list[Any], values: list[Any]) -> bool:
    if (
        type(criterion) is not BinaryExpression
        or criterion.operator not in _COMPARISONS
        or criterion.type is not BOOLEANTYPE
        or (criterion.modifiers and criterion.modifiers != _NO_ESCAPE)
    ):
        return False
    right: Any = criterion.right
    kind = type(right)
    if kind is BindParameter:
        mark = right.type._static_cache_key
        if mark is NO_CACHE or not _is_own_value(right):
            return False
        values.append(right)
    else:
        mark = kind if kind in _CONSTANTS else id(right)
    rows.append((id(criterion.left), criterion.operator, mark))
    return True


def _is_own_value(value: Any) -> bool:
    return value.unique and not value.expanding and not value.literal_execute


def _is_value(thing: Any) -> bool:
    kind = type(thing)
    return kind is BindParameter or kind in _CONSTANTS


def _is_lasting(column: Any) -> bool:
    if type(column) is sa.Column:
        return isinstance(column.table, sa.Table)
    told = getattr(column, "_annotations", {})
    mapper = told.get("parententity")
    if not isinstance(mapper, orm.Mapper):
        return False
    attribute = getattr(mapper.class_, told.get("proxy_key", ""), None)
    if not isinstance(attribute, orm.QueryableAttribute):
        return False
    # The one stands in lists, the other in comparisons.
    mine = (attribute.expression, attribute.comparator.__clause_element__())
    return any(column is one for one in mine)
