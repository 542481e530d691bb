"""Do something with some rows: each is asked about, and what fails is undone alone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import orm
from sqlalchemy.exc import DataError, IntegrityError

from carboy.admin.access import DELETE, VIEW, Access
from carboy.admin.changes import find_deletion_problem, plan_deletion
from carboy.admin.errors import ActionError
from carboy.admin.schema import ModelAdmin, RowAction
from carboy.translation import gettext

from .action_report import ActionReport

# What a row alone can be blamed for; anything else ends the work.
_ROW_ERRORS = (ActionError, IntegrityError, DataError, orm.exc.StaleDataError)


def apply_action(
    action: RowAction,
    admin: ModelAdmin,
    access: Access,
    session: orm.Session,
    rows: Sequence[Any],
) -> ActionReport:
    """Do the action with each row that the policies allow; nothing is committed."""
    try:
        return _apply(action, access, session, rows)
    except _ROW_ERRORS:
        report = ActionReport()
        for row in rows:
            report.add(_apply_alone(action, admin, access, session, row))
        return report


def _apply_alone(
    action: RowAction,
    admin: ModelAdmin,
    access: Access,
    session: orm.Session,
    row: Any,
) -> ActionReport:
    name = admin.name_row(row)
    report = ActionReport()
    try:
        return _apply(action, access, session, [row])
    except ActionError as error:
        report.add_problem(name, str(error))
    except _ROW_ERRORS:
        report.add_problem(name, gettext("The database refuses it."))
    return report


def _apply(
    action: RowAction, access: Access, session: orm.Session, rows: Sequence[Any]
) -> ActionReport:
    report = ActionReport()
    with session.begin_nested():
        for row in rows:
            if not access.allows(VIEW, row) or not access.allows(action.name, row):
                report.refused += 1
                continue
            if action.function is None:
                _delete(access, session, row)
            else:
                action.function(row)
            report.done += 1
        session.flush()
    return report


def _delete(access: Access, session: orm.Session, row: Any) -> None:
    plan = plan_deletion(session, row)
    problem = find_deletion_problem(plan, lambda each: access.allows(DELETE, each))
    if problem:
        raise ActionError(problem)
    session.delete(row)
