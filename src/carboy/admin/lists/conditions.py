"""Filters as conditions of SQL: names come from a map, values are parameters."""

import datetime as dt
import difflib
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from carboy.admin.schema import Attribute, ModelAdmin, decode_row_key
from carboy.translation import gettext

from .filter_syntax import Condition, Filter, FilterError, FilterGroup, Negation
from .filter_values import OPERATORS, Moment, read_value, refuse_value

# Returns the attributes of a model that the user sees.
Visible = Callable[[type[Any]], Mapping[str, Attribute]]
_MOST_STEPS = 4


class ConditionMaker:
    """Makes conditions over what one user sees, at one moment."""

    def __init__(self, visible: Visible, now: dt.datetime) -> None:
        self._visible = visible
        self._now = now

    def make(self, admin: ModelAdmin, tree: Filter) -> sa.ColumnElement[bool]:
        """Return the condition of a filter, or raise `FilterError`."""
        if isinstance(tree, FilterGroup):
            parts = [self.make(admin, part) for part in tree.parts]
            return sa.and_(*parts) if tree.joint == "and" else sa.or_(*parts)
        if isinstance(tree, Negation):
            # What is unknown, because a value is missing, does not hold either.
            return sa.not_(sa.func.coalesce(self.make(admin, tree.part), sa.false()))
        steps = tree.path.split(".")
        if len(steps) > _MOST_STEPS:
            raise FilterError(gettext("%(name)s is too long.", name=repr(tree.path)))
        return self._follow(admin.model, steps, tree)

    def find_attribute(self, model: type[Any], path: str) -> Attribute:
        """Return the attribute at the end of a path, or raise `FilterError`."""
        steps = path.split(".")
        for name in steps[:-1]:
            model = self._step(model, name).target
        return self._get(model, steps[-1])

    def _follow(
        self, model: type[Any], steps: list[str], condition: Condition
    ) -> sa.ColumnElement[bool]:
        name, *rest = steps
        if not rest:
            return self._compare(model, self._get(model, name), condition)
        attribute = self._step(model, name)
        inner = self._follow(attribute.target, rest, condition)
        related = getattr(model, name)
        exists = related.any if attribute.kind == "many" else related.has
        found: sa.ColumnElement[bool] = exists(inner)
        return found

    def _step(self, model: type[Any], name: str) -> Attribute:
        attribute = self._get(model, name)
        if not attribute.is_relation:
            raise FilterError(
                gettext("%(name)s leads to no other rows.", name=repr(name))
            )
        return attribute

    def _get(self, model: type[Any], name: str) -> Attribute:
        known = self._visible(model)
        if name in known:
            return known[name]
        near = difflib.get_close_matches(name, known, n=3) or [*known][:8]
        message = gettext(
            "There is no %(name)s. Known names: %(names)s.",
            name=repr(name),
            names=", ".join(near),
        )
        raise FilterError(message)

    def _compare(
        self, model: type[Any], attribute: Attribute, condition: Condition
    ) -> sa.ColumnElement[bool]:
        operator = condition.operator
        if operator not in OPERATORS[attribute.kind]:
            message = gettext(
                "%(label)s cannot be compared by %(operator)s.",
                label=attribute.label,
                operator=operator,
            )
            raise FilterError(message)
        column = getattr(model, attribute.name)
        if attribute.is_relation:
            return self._compare_rows(column, attribute, condition)
        if operator.endswith("empty"):
            is_empty = _is_empty(column, attribute)
            return is_empty if operator == "is empty" else sa.not_(is_empty)
        values = [read_value(attribute, text, self._now) for text in condition.values]
        if isinstance(values[0], Moment) and len(values) == 1:
            return _compare_moment(column, operator, values[0])
        if any(isinstance(value, Moment) for value in values):
            # One of several months is written with "or".
            raise refuse_value(attribute, condition.values[0])
        return _compare_value(column, operator, values)

    def _compare_rows(
        self, column: Any, attribute: Attribute, condition: Condition
    ) -> sa.ColumnElement[bool]:
        exists = column.any if attribute.kind == "many" else column.has
        if condition.operator.endswith("empty"):
            has_rows: sa.ColumnElement[bool] = exists()
            is_empty = condition.operator == "is empty"
            return sa.not_(has_rows) if is_empty else has_rows
        mapper = attribute.prop.mapper
        keys = [decode_row_key(mapper, text) for text in condition.values]
        if None in keys:
            message = gettext(
                "%(value)s is no value of %(label)s.",
                value=repr(condition.values[keys.index(None)]),
                label=attribute.label,
            )
            raise FilterError(message)
        matches = sa.or_(*(_has_key(mapper, key) for key in keys if key is not None))
        is_negated = condition.operator in {"!=", "not in"}
        found: sa.ColumnElement[bool] = exists(matches)
        return sa.not_(found) if is_negated else found


def make_conditions(visible: Visible) -> ConditionMaker:
    """Return what makes conditions over what a user sees, at this moment."""
    return ConditionMaker(visible, dt.datetime.now(dt.UTC))


def _has_key(mapper: Any, key: tuple[Any, ...]) -> sa.ColumnElement[bool]:
    pairs = zip(mapper.primary_key, key, strict=True)
    return sa.and_(*(column == value for column, value in pairs))


def _is_empty(column: Any, attribute: Attribute) -> sa.ColumnElement[bool]:
    if attribute.kind in {"text", "long_text"}:
        return sa.or_(column.is_(None), column == "")
    is_null: sa.ColumnElement[bool] = column.is_(None)
    return is_null


def _compare_moment(
    column: Any, operator: str, moment: Moment
) -> sa.ColumnElement[bool]:
    if moment.start == moment.end:
        return _compare_value(column, operator, [moment.start])
    inside = sa.and_(column >= moment.start, column < moment.end)
    conditions: dict[str, sa.ColumnElement[bool]] = {
        "=": inside,
        "!=": sa.or_(column.is_(None), sa.not_(inside)),
        "in": inside,
        "not in": sa.or_(column.is_(None), sa.not_(inside)),
        "<": column < moment.start,
        "<=": column < moment.end,
        ">": column >= moment.end,
        ">=": column >= moment.start,
    }
    return conditions[operator]


def _compare_value(
    column: Any, operator: str, values: list[Any]
) -> sa.ColumnElement[bool]:
    value = values[0]
    compare: dict[str, Callable[[], Any]] = {
        "=": lambda: column == value,
        "!=": lambda: column.is_distinct_from(value),
        "<": lambda: column < value,
        "<=": lambda: column <= value,
        ">": lambda: column > value,
        ">=": lambda: column >= value,
        "~": lambda: column.icontains(value, autoescape=True),
        "!~": lambda: sa.or_(
            column.is_(None), sa.not_(column.icontains(value, autoescape=True))
        ),
        "^=": lambda: column.istartswith(value, autoescape=True),
        "in": lambda: column.in_(values),
        "not in": lambda: sa.or_(column.is_(None), column.not_in(values)),
    }
    condition: sa.ColumnElement[bool] = compare[operator]()
    return condition
