"""What the deletion of a row takes along: found before anything is deleted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.translation import gettext

MOST_ROWS = 500


@dataclass(slots=True)
class Deletion:
    """Rows that go, rows that only lose a reference, and whether there are more.

    `blocking` are rows that need the row, and are not deleted with it.
    """

    deleted: list[Any] = field(default_factory=list)
    detached: list[Any] = field(default_factory=list)
    blocking: list[Any] = field(default_factory=list)
    is_too_large: bool = False

    def is_allowed(self, may_delete: Callable[[Any], bool]) -> bool:
        """Return whether every row that goes may be deleted."""
        return all(may_delete(row) for row in self.deleted)


def plan_deletion(session: orm.Session, row: Any) -> Deletion:
    """Return what goes with a row: by cascades of the models and of the database."""
    plan = Deletion()
    with session.no_autoflush:
        _follow(session, row, plan, {row})
    return plan


def find_deletion_problem(plan: Deletion, may_delete: Callable[[Any], bool]) -> str:
    """Return why a row cannot be deleted, or nothing."""
    if plan.blocking:
        return gettext("Other rows need this one. Change or delete them first.")
    if plan.is_too_large:
        return gettext("Too many rows would go along. Delete some of them first.")
    if not plan.is_allowed(may_delete):
        return gettext("You may not delete all that would go along.")
    return ""


def _follow(session: orm.Session, row: Any, plan: Deletion, seen: set[Any]) -> None:
    for prop in sa.inspect(type(row)).relationships:
        if prop.viewonly or prop.direction is not orm.ONETOMANY:
            continue
        rows = [each for each in _load(session, row, prop, plan) if each not in seen]
        seen.update(rows)
        if prop.cascade.delete or _cascades(prop):
            plan.deleted += rows
            for each in () if plan.is_too_large else rows:
                _follow(session, each, plan, seen)
        elif all(column.nullable for column in prop.remote_side):
            plan.detached += rows
        else:
            plan.blocking += rows


def _cascades(prop: orm.RelationshipProperty[Any]) -> bool:
    """Return whether the database deletes the rows with their parent."""
    keys = [key for column in prop.remote_side for key in column.foreign_keys]
    return bool(keys) and all((key.ondelete or "").upper() == "CASCADE" for key in keys)


def _load(
    session: orm.Session,
    row: Any,
    prop: orm.RelationshipProperty[Any],
    plan: Deletion,
) -> list[Any]:
    attribute = getattr(type(row), prop.key)
    statement = sa.select(prop.mapper.class_).where(orm.with_parent(row, attribute))
    statement = statement.options(orm.lazyload("*")).limit(MOST_ROWS + 1)
    rows = list(session.scalars(statement).unique())
    known = len(plan.deleted) + len(plan.detached) + len(plan.blocking)
    if known + len(rows) > MOST_ROWS:
        plan.is_too_large = True
    return rows[:MOST_ROWS]
