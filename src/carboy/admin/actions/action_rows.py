"""Do something with some rows: each is asked about, and what fails is undone alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import orm
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.datastructures import MultiDict

from carboy.admin.access import DELETE, VIEW, Access
from carboy.admin.changes import (
    find_deletion_problem,
    list_form_fields,
    plan_deletion,
)
from carboy.admin.console import AdminConsole
from carboy.admin.errors import ActionError
from carboy.admin.row_forms import write_fields
from carboy.admin.schema import Attribute, ModelAdmin, RowAction
from carboy.translation import gettext

from .action_report import ActionReport

Values = Mapping[str, Sequence[str]]

# What a row alone can be blamed for; anything else ends the work.
_ROW_ERRORS = (ActionError, IntegrityError, DataError, orm.exc.StaleDataError)


def apply_action(
    action: RowAction,
    admin: ModelAdmin,
    access: Access,
    console: AdminConsole,
    rows: Sequence[Any],
    *,
    values: Values | None = None,
) -> ActionReport:
    """Do the action with each row that the policies allow; nothing is committed.

    `values` are the texts of fields that rows get, for a change of fields.
    """
    writer = _RowWriter(action, admin, access, console, values or {})
    try:
        return writer.write(rows)
    except _ROW_ERRORS:
        report = ActionReport()
        for row in rows:
            report.add(writer.write_alone(row))
        return report


@dataclass(frozen=True, slots=True)
class _RowWriter:
    action: RowAction
    admin: ModelAdmin
    access: Access
    console: AdminConsole
    values: Values

    def write_alone(self, row: Any) -> ActionReport:
        name = self.admin.name_row(row)
        report = ActionReport()
        try:
            return self.write([row])
        except ActionError as error:
            report.add_problem(name, str(error))
        except _ROW_ERRORS:
            report.add_problem(name, gettext("The database refuses it."))
        return report

    def write(self, rows: Sequence[Any]) -> ActionReport:
        report = ActionReport()
        session = self.console.session
        with session.begin_nested():
            for row in rows:
                if self._is_allowed(row):
                    self._act(row)
                    report.done += 1
                else:
                    report.refused += 1
            session.flush()
        return report

    def _is_allowed(self, row: Any) -> bool:
        allows = self.access.allows
        return allows(VIEW, row) and allows(self.action.name, row)

    def _act(self, row: Any) -> None:
        if self.action.is_deletion:
            self._delete(row)
        elif self.action.is_change:
            self._change(row)
        elif self.action.function is not None:
            self.action.function(row)

    def _delete(self, row: Any) -> None:
        session = self.console.session
        plan = plan_deletion(session, row)
        problem = find_deletion_problem(
            plan, lambda each: self.access.allows(DELETE, each)
        )
        if problem:
            raise ActionError(problem)
        session.delete(row)

    def _change(self, row: Any) -> None:
        known = {each.name for each in list_bulk_fields(self.admin, self.access)}
        names = known & {*self.values}
        sent = [(name, text) for name in names for text in self.values[name]]
        # A form without any data would count as not sent.
        data = MultiDict([*sent, ("changed", "1")])
        write_fields(
            self.console,
            self.access,
            self.admin,
            row,
            only=names,
            make_formdata=lambda _: data,
        )


def list_bulk_fields(admin: ModelAdmin, access: Access) -> list[Attribute]:
    """Return the fields that many rows can get one value for."""
    fields = list_form_fields(admin, access.writable(admin), is_new=False)
    return [
        each
        for each in fields
        if each.kind not in {"many", "file"}
        and not (each.column is not None and each.column.unique)
    ]
