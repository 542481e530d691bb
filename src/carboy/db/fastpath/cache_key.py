# ruff: noqa: SLF001 - what a query is made of can be seen from the inside only
"""A cheap cache key of the queries that pages ask most.

SQLAlchemy's own key walks through every part of a statement, which costs more than the
database does. A query over one model that compares its columns with values, sorts by
its columns and takes a slice is known by a few identities. All else has no key here and
is known by SQLAlchemy's.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

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
from typing_extensions import TypeIs

from .eligibility import AnyQuery, AnySelect, AnyValue

Key = tuple[object, ...]

# The attributes that a key covers; a query with any other has none.
_COVERED: Final = frozenset({
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
class QueryKey:
    """What distinguishes a query from others, and the values in it.

    Columns and models are in `rows` and `limits` by their `id()`: a key may be kept
    only if `is_stable`, and holds as long as its `references` are kept.
    """

    query: AnySelect | AnyQuery
    rows: Key
    limits: Key
    values: list[AnyValue]
    limit_values: list[AnyValue]

    @property
    def references(self) -> Sequence[object]:
        """The objects that are in the key by their `id()`: the model first."""
        query = self.query
        references: list[object] = list(query._raw_columns)
        for criterion in query._where_criteria:
            if isinstance(criterion, BinaryExpression):
                sides = (criterion.left, criterion.right)
                references += [side for side in sides if not _is_value(side)]
        for clause in query._order_by_clauses:
            is_unary = type(clause) is UnaryExpression
            references.append(clause.element if is_unary else clause)
        return references


def make_key(query: object) -> QueryKey | None:
    """Return the key of a `select()` or `Query`, or None if it has none."""
    if not (type(query) is sa.Select or _is_unhooked_query(query)):
        return None
    parts = query.__dict__
    if not parts.keys() <= _COVERED or len(query._raw_columns) != 1:
        return None
    values: list[AnyValue] = []
    rows: list[object] = [
        type(query),
        id(query._raw_columns[0]),
        query._propagate_attrs.get("plugin_subject"),
        parts.get("_label_style"),
    ]
    for criterion in query._where_criteria:
        if not _add_criterion(criterion, rows, values):
            return None
    limits: list[object] = [
        (id(clause.element), clause.modifier, clause.operator)
        if type(clause) is UnaryExpression
        else id(clause)
        for clause in query._order_by_clauses
    ]
    limit_values: list[AnyValue] = []
    for clause in (query._limit_clause, query._offset_clause):
        if clause is None:
            limits.append(None)
        elif type(clause) is _OffsetLimitParam and clause.unique:
            limits.append(clause.type._static_cache_key)
            limit_values.append(clause)
        else:
            return None
    return QueryKey(query, tuple(rows), tuple(limits), values, limit_values)


def is_stable(key: QueryKey) -> bool:
    """Return whether a query is over one mapped class, and its columns are of such.

    Those are the same objects each time; columns of an alias are made anew.
    """
    model, *columns = key.references
    subject: object = key.query._propagate_attrs.get("plugin_subject")
    mapper = getattr(model, "_annotations", {}).get("parententity")
    if not isinstance(subject, orm.Mapper):
        return False
    get_model: Callable[[], object] = subject.__clause_element__
    is_own = mapper is subject and model is get_model()
    return is_own and all(map(_is_stable_column, columns))


def _is_unhooked_query(query: object) -> TypeIs[AnyQuery]:
    """Return whether it is a `Query` that no listener rewrites."""
    return isinstance(query, orm.Query) and not query.dispatch.before_compile


def _add_criterion(
    criterion: object, rows: list[object], values: list[AnyValue]
) -> bool:
    if (
        type(criterion) is not BinaryExpression
        or criterion.operator not in _COMPARISONS
        or criterion.type is not BOOLEANTYPE
        or (criterion.modifiers and criterion.modifiers != _NO_ESCAPE)
    ):
        return False
    right = criterion.right
    mark: object
    if type(right) is BindParameter:
        mark = right.type._static_cache_key
        if mark is NO_CACHE or not _is_own_value(right):
            return False
        values.append(right)
    else:
        mark = type(right) if type(right) in _CONSTANTS else id(right)
    rows.append((id(criterion.left), criterion.operator, mark))
    return True


def _is_own_value(value: AnyValue) -> bool:
    return value.unique and not value.expanding and not value.literal_execute


def _is_value(item: object) -> bool:
    return type(item) is BindParameter or type(item) in _CONSTANTS


def _is_stable_column(column: object) -> bool:
    if type(column) is sa.Column:
        return isinstance(column.table, sa.Table)
    annotations = getattr(column, "_annotations", {})
    mapper = annotations.get("parententity")
    if not isinstance(mapper, orm.Mapper):
        return False
    attribute = getattr(mapper.class_, annotations.get("proxy_key", ""), None)
    if not isinstance(attribute, orm.QueryableAttribute):
        return False
    # The one stands in lists, the other in comparisons.
    own = (attribute.expression, attribute.comparator.__clause_element__())
    return any(column is one for one in own)
