"""Record the changes that sessions write, in their own transactions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, has_app_context
from sqlalchemy import event, orm

from carboy.admin.schema import ModelAdmin, key_of
from carboy.core import get_current_app

from .change_table import (
    CHANGED,
    CHANGES,
    CREATED,
    DELETED,
    KEY_LENGTH,
    NAME_LENGTH,
    prepare_changes,
)
from .snapshots import take_changes, take_snapshot


@dataclass(frozen=True, slots=True)
class ChangeRecorder:
    """What recording needs of a console.

    `source` returns where a change is made, or None for one that is not recorded.
    """

    app: Flask
    find_admin: Callable[[type[Any]], ModelAdmin | None]
    name_user: Callable[[], str]
    source: Callable[[], str | None]


def record_changes(session_class: Any, recorder: ChangeRecorder) -> None:
    """Record what sessions of a class write while the app is at work."""

    def after_flush(session: orm.Session, _context: object) -> None:
        if not has_app_context() or get_current_app() is not recorder.app:
            return
        source = recorder.source()
        if source is not None:
            _record(session, recorder, source)

    event.listen(session_class, "after_flush", after_flush)


def _record(session: orm.Session, recorder: ChangeRecorder, source: str) -> None:
    rows = list(_list_changes(session, recorder))
    if not rows:
        return
    shared = {"at": datetime.now(UTC), "who": recorder.name_user(), "source": source}
    prepare_changes(session)
    # In the transaction of the change: both are stored, or neither.
    connection = session.connection(bind_arguments={"clause": CHANGES})
    connection.execute(sa.insert(CHANGES), [row | shared for row in rows])


def record_act(session: orm.Session, **values: Any) -> None:
    """Record what somebody has done that is no change of a row, and commit it."""
    prepare_changes(session)
    connection = session.connection(bind_arguments={"clause": CHANGES})
    shared = {"at": datetime.now(UTC), "before": {}, "after": {}}
    connection.execute(sa.insert(CHANGES), [shared | values])
    session.commit()


def _list_changes(
    session: orm.Session, recorder: ChangeRecorder
) -> Iterator[dict[str, Any]]:
    for row in session.new:
        if (admin := recorder.find_admin(type(row))) is not None:
            yield _make(admin, row, CREATED, {}, take_snapshot(admin, row))
    for row in session.dirty:
        admin = recorder.find_admin(type(row))
        if admin is not None and session.is_modified(row):
            before, after = take_changes(admin, row)
            if before or after:
                yield _make(admin, row, CHANGED, before, after)
    for row in session.deleted:
        if (admin := recorder.find_admin(type(row))) is not None:
            yield _make(admin, row, DELETED, take_snapshot(admin, row), {})


def _make(
    admin: ModelAdmin, row: Any, action: str, before: Any, after: Any
) -> dict[str, Any]:
    # From what is loaded: a flush must not query.
    title = admin.title.name if admin.title is not None else ""
    loaded = sa.inspect(row).dict
    name = str(loaded.get(title) or "")
    return {
        "action": action,
        "model": admin.history_name,
        "key": key_of(row)[:KEY_LENGTH],
        "name": name[:NAME_LENGTH],
        "before": before,
        "after": after,
    }
