"""Keep the files of rows in step with the transaction that writes the rows.

A file is written before the statement that names it, deleted after a rollback, and a
replaced or deleted one after the commit. A row that is written never names a file that
is not there; a file whose process was killed is found by the sweeper.
"""

import logging
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper, object_session
from werkzeug.datastructures import FileStorage

from carboy.db import Session

from .app_state import UploadsState, uploads_state
from .attached_columns import AttachedColumn, find_columns
from .attachment import AttachedFile, CopiedContent, FileContent
from .errors import UploadError
from .intake import make_key

log = logging.getLogger("carboy.uploads")


@dataclass(slots=True)
class _StoredInTransaction:
    """A file that was written for a row whose transaction has not ended."""

    state: UploadsState
    engine: sa.Engine
    column: AttachedColumn
    attachment: AttachedFile
    content: FileContent
    # None until the INSERT was sent.
    identity: tuple[Any, ...] | None = None

    def undo(self) -> None:
        """Remove the file after a rollback, unless the row is there all the same.

        When the connection is lost during a commit, nobody knows how that ended.
        """
        key = self.attachment.key
        self.attachment.content = self.content
        if self.identity is not None and _is_key_of_row(self, key):
            self.attachment.content = None
            return
        self.content.restore(self.state.storage, key)


@event.listens_for(Mapper, "mapper_configured")
def _on_mapper_configured(mapper: Mapper[Any], class_: type[Any]) -> None:
    columns = find_columns(mapper)
    if not columns:
        return
    for column in columns:
        _listen_to_attribute(column, getattr(class_, column.attribute))
    listener = _RowListener(columns)
    event.listen(mapper, "before_insert", listener.before_insert)
    event.listen(mapper, "after_insert", listener.after_insert)
    event.listen(mapper, "before_update", listener.before_update)
    event.listen(mapper, "before_delete", listener.before_delete)


def _listen_to_attribute(column: AttachedColumn, attribute: Any) -> None:
    def convert(target: Any, value: Any, _old: Any, _initiator: Any) -> Any:
        if not isinstance(value, FileStorage):
            return _check_value(column, value)
        if not value.filename:
            # A form without a file leaves the present one.
            return getattr(target, column.attribute)
        state = uploads_state.current()
        return state.intake.accept(value, column.rules, column.owner)

    event.listen(attribute, "set", convert, retval=True)


def _check_value(column: AttachedColumn, value: Any) -> Any:
    if value is None or isinstance(value, column.rules.value_class):
        return value
    name = f"{column.mapper.class_.__name__}.{column.attribute}"
    raise UploadError(
        f"{name} cannot be {type(value).__name__}. Assign a file of request.files, a "
        f"{column.rules.value_class.__name__}, or None."
    )


class _RowListener:
    """What is done before and after the statements for the rows of one mapper."""

    def __init__(self, columns: list[AttachedColumn]) -> None:
        self._columns = columns

    def before_insert(
        self, _mapper: Any, connection: sa.Connection, target: Any
    ) -> None:
        """Write the files of a new row."""
        stored = []
        for column in self._columns:
            value = sa.inspect(target).dict.get(column.attribute)
            if value is not None:
                stored.append(_store(connection, column, target, value, None))
        if stored:
            sa.inspect(target).info["carboy_uploads"] = stored

    def after_insert(
        self, mapper: Mapper[Any], _connection: sa.Connection, target: Any
    ) -> None:
        """Note the key of the new row, by which its commit can be verified."""
        for stored in sa.inspect(target).info.pop("carboy_uploads", ()):
            stored.identity = tuple(mapper.primary_key_from_instance(target))

    def before_update(
        self, _mapper: Any, connection: sa.Connection, target: Any
    ) -> None:
        """Write new files, and remove those that the row really had before."""
        row = sa.inspect(target)
        for column in self._columns:
            history = row.attrs[column.attribute].history
            if not history.has_changes():
                continue
            new = history.added[0] if history.added else None
            before = _lock(connection, column, row)
            if new is not None and before is not None and new.key == before.key:
                continue
            if new is not None:
                _store(connection, column, target, new, row.identity)
            if before is not None:
                _remove_after_commit(target, column, before)

    def before_delete(
        self, _mapper: Any, connection: sa.Connection, target: Any
    ) -> None:
        """Remove the files of a deleted row after the commit."""
        row = sa.inspect(target)
        for column in self._columns:
            before = _lock(connection, column, row)
            if before is not None:
                _remove_after_commit(target, column, before)


def _lock(
    connection: sa.Connection, column: AttachedColumn, row: Any
) -> AttachedFile | None:
    """Return the file that a row has in the database now, and lock the row.

    What was loaded may be old: another transaction has replaced it since.
    """
    session = _get_session(row.object)
    if connection.dialect.name == "sqlite":
        session.begin_writing(column.column.table.metadata.info.get("bind_key"))
    value: AttachedFile | None = connection.execute(
        column.select_row(row.identity).with_for_update()
    ).scalar()
    return value


def _store(
    connection: sa.Connection,
    column: AttachedColumn,
    target: Any,
    value: AttachedFile,
    identity: tuple[Any, ...] | None,
) -> _StoredInTransaction:
    state = uploads_state.current()
    if value.content is None:
        value = _copy(state, column, value)
        setattr(target, column.attribute, value)
    content = value.content
    if content is None:
        raise UploadError(f"The file {value.name!r} has no content.")
    stored = _StoredInTransaction(
        state, connection.engine, column, value, content, identity
    )
    # First: whatever is interrupted from here on is undone.
    _get_session(target).after_rollback(stored.undo)
    content.store(state.storage, value.key, value.content_type)
    value.content = None
    return stored


def _copy(
    state: UploadsState, column: AttachedColumn, value: AttachedFile
) -> AttachedFile:
    """Return a copy of the file of another row: each file has one owner."""
    details = replace(value.details, key=make_key(column.owner, value.kind))
    return type(value)(details, CopiedContent(state.storage, value.key))


def _remove_after_commit(
    target: Any, column: AttachedColumn, before: AttachedFile
) -> None:
    state = uploads_state.current()
    remove = state.remove
    variants = column.rules.variants
    _get_session(target).after_commit(lambda: remove(before.key, variants))


def _get_session(target: Any) -> Session:
    session = object_session(target)
    if not isinstance(session, Session):
        raise UploadError(
            f"{type(target).__name__} has files, and is written by a session that does "
            f"not call back after a commit. Use db.session of carboy.db."
        )
    return session


def _is_key_of_row(stored: _StoredInTransaction, key: str) -> bool:
    if stored.identity is None:
        return False
    statement = stored.column.select_row(stored.identity)
    try:
        with stored.engine.connect() as connection:
            value = connection.execute(statement).scalar()
    except sa.exc.SQLAlchemyError:
        # The sweeper looks again when the database is there.
        log.warning("The file %s is left to the sweeper: no answer.", key)
        return True
    return value is not None and value.key == key
