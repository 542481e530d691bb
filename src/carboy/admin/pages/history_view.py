"""The history of a row, rows that were deleted, and the way back."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden, NotFound

from carboy.admin.access import CREATE, EDIT, VIEW
from carboy.admin.changes import list_form_fields
from carboy.admin.console import find_row
from carboy.admin.history import (
    ChangeRecord,
    find_change,
    list_changes,
    read_snapshot,
    restore_values,
)
from carboy.admin.schema import Attribute, ModelAdmin, decode_row_key, key_of
from carboy.redact import HIDDEN
from carboy.translation import gettext

from .page import ConsolePage

_DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """A change, and what the user may see of it: label, before, after."""

    record: ChangeRecord
    values: list[tuple[Any, Any, Any]]


def show_history(page: ConsolePage, slug: str, key: str) -> Any:
    """Show the changes of a row."""
    admin = page.get_admin(slug)
    row = page.get_row(admin, key)
    session = page.console.session
    may_restore = page.access.allows(EDIT, row)
    return page.show(
        "history",
        admin=admin,
        key=key,
        name=admin.name_row(row),
        entries=[
            _make_entry(page, admin, record)
            for record in list_changes(session, admin.history_name, key)
        ],
        may_restore=may_restore,
    )


def show_deleted(page: ConsolePage, slug: str) -> Any:
    """Show the rows of a model that were deleted lately."""
    admin = page.get_admin(slug)
    records = [
        record
        for record in list_changes(page.console.session, admin.history_name, limit=500)
        if record.action == _DELETED and _may(page, VIEW, admin, record)
    ]
    return page.show(
        "deleted",
        admin=admin,
        entries=[_make_entry(page, admin, record) for record in records[:50]],
        may_restore=page.access.allows_some(CREATE, admin.model),
    )


def restore_change(page: ConsolePage, slug: str, change_id: int) -> Any:
    """Show what a change has replaced, and bring it back."""
    admin = page.get_admin(slug)
    session = page.console.session
    record = find_change(session, change_id)
    if record is None or record.model != admin.history_name:
        raise NotFound
    admin = _find_kind(page, admin, record)
    page.require_fresh()
    row = _find_row(page, admin, record)
    is_new = row is None
    if is_new and record.action != _DELETED:
        raise NotFound
    if row is not None and not page.access.allows(VIEW, row):
        raise NotFound
    allowed = (
        page.access.allows(EDIT, row) if row else _may(page, CREATE, admin, record)
    )
    if not allowed:
        raise Forbidden
    if request.method != "POST":
        return page.show(
            "restore",
            admin=admin,
            record=record,
            entry=_make_entry(page, admin, record),
        )
    row = _add_again(page, admin, record) if is_new else row
    changed = restore_values(admin, row, list_restorable(page, admin), record.before)
    action = CREATE if is_new else EDIT
    if not page.access.allows(action, row) or not _may_refer(page, admin, row, changed):
        session.rollback()
        raise Forbidden
    return _save(page, admin, row)


def _save(page: ConsolePage, admin: ModelAdmin, row: Any) -> Any:
    session = page.console.session
    try:
        session.commit()
    except SQLAlchemyError:
        session.rollback()
        flash(gettext("The database refuses the old values."), "error")
        return redirect(page.url("list", admin), 303)
    flash(gettext("%(name)s was restored.", name=admin.name_row(row)), "success")
    return redirect(page.url("detail", admin, key=key_of(row)), 303)


def list_restorable(page: ConsolePage, admin: ModelAdmin) -> list[Attribute]:
    """Return the columns that the user may write, also by a relation."""
    fields = list_form_fields(admin, page.access.writable(admin), is_new=True)
    behind = {
        column
        for each in fields
        if each.kind == "one"
        for column in each.prop.local_columns
    }
    return [
        each
        for each in page.access.visible(admin.model).values()
        if each in fields or (each.column is not None and each.column in behind)
    ]


def _may_refer(
    page: ConsolePage, admin: ModelAdmin, row: Any, changed: list[Attribute]
) -> bool:
    """Return whether the user sees each row that a restored key leads to."""
    columns = {each.column for each in changed}
    with page.console.session.no_autoflush:
        for prop in admin.mapper.relationships:
            if prop.uselist or columns.isdisjoint(prop.local_columns):
                continue
            target = page.console.find(prop.mapper.class_)
            values = tuple(
                getattr(row, admin.mapper.get_property_by_column(column).key)
                for column in prop.local_columns
            )
            if None in values:
                continue
            found = target and find_row(page.console.session, target, values)
            if not found or not page.access.allows(VIEW, found):
                return False
    return True


def _add_again(page: ConsolePage, admin: ModelAdmin, record: ChangeRecord) -> Any:
    """Return a new row with the key of the one that was deleted."""
    row = admin.model()
    key = decode_row_key(admin.mapper, record.key)
    for name, value in zip(admin.key_names(), key or (), strict=False):
        setattr(row, name, value)
    page.console.session.add(row)
    return row


def _find_kind(
    page: ConsolePage, admin: ModelAdmin, record: ChangeRecord
) -> ModelAdmin:
    """Return the model that a row was of: a child of the one whose page it is."""
    discriminator = admin.mapper.polymorphic_on
    if discriminator is None or not isinstance(discriminator, sa.Column):
        return admin
    name = admin.mapper.get_property_by_column(discriminator).key
    mapper = admin.mapper.polymorphic_map.get(record.before.get(name))
    child = page.console.find(mapper.class_) if mapper is not None else None
    return child if child is not None else admin


def _find_row(page: ConsolePage, admin: ModelAdmin, record: ChangeRecord) -> Any:
    key = decode_row_key(admin.mapper, record.key)
    return None if key is None else find_row(page.console.session, admin, key)


def _may(
    page: ConsolePage, action: str, admin: ModelAdmin, record: ChangeRecord
) -> bool:
    """Return whether the user may do something with a row as it was."""
    values = read_snapshot(admin.attributes.values(), record.before)
    return page.access.allows(action, admin.model(**values))


def _make_entry(
    page: ConsolePage, admin: ModelAdmin, record: ChangeRecord
) -> ChangeEntry:
    visible = page.access.visible(admin.model)
    values = [
        (
            visible[name].label,
            _show(visible[name], record.before.get(name)),
            _show(visible[name], record.after.get(name)),
        )
        for name in {**record.before, **record.after}
        if name in visible
    ]
    return ChangeEntry(record, values)


def _show(attribute: Attribute, value: Any) -> str:
    if value is None:
        return ""
    text = str(attribute.choices.get(str(value), value))
    return HIDDEN if text == HIDDEN else text[:500]
