"""Signals of Flask-SQLAlchemy with the objects that a commit has written."""

from blinker import Namespace
from flask import Flask, current_app, has_app_context
from sqlalchemy import event, orm

_signals = Namespace()
models_committed = _signals.signal("models-committed")
before_models_committed = _signals.signal("before-models-committed")

Changes = dict[int, tuple[object, str]]

_CHANGES = "carboy.db.changes"


def track_modifications(app: Flask, session_class: type[orm.Session]) -> None:
    """Send `models_committed` with a list of `(object, "insert")` for each commit."""

    def is_tracked(session: object) -> bool:
        return has_app_context() and current_app == app and session is not None

    def on_change(session: orm.Session, *_args: object) -> None:
        if is_tracked(session):
            _add_changes(session)

    def before_commit(session: orm.Session) -> None:
        on_change(session)
        changes = session.info.get(_CHANGES)
        if is_tracked(session) and changes:
            before_models_committed.send(app, changes=list(changes.values()))

    def after_commit(session: orm.Session) -> None:
        if is_tracked(session) and not session.in_nested_transaction():
            changes = session.info.pop(_CHANGES, None)
            if changes:
                models_committed.send(app, changes=list(changes.values()))

    def after_rollback(session: orm.Session) -> None:
        session.info.pop(_CHANGES, None)

    event.listen(session_class, "before_flush", on_change)
    event.listen(session_class, "before_commit", before_commit)
    event.listen(session_class, "after_commit", after_commit)
    event.listen(session_class, "after_rollback", after_rollback)


def _add_changes(session: orm.Session) -> None:
    changes: Changes = session.info.setdefault(_CHANGES, {})
    for items, operation in (
        (session.new, "insert"),
        (session.dirty, "update"),
        (session.deleted, "delete"),
    ):
        for item in items:
            known = changes.get(id(item))
            if known is None or known[1] == "update" or operation == "delete":
                changes[id(item)] = (item, operation)
