# ruff: noqa: SLF001 - what SQLAlchemy compiled can be seen from the inside only
"""Write what changed in plain objects with one prepared text and no detours.

SQLAlchemy's unit of work finds out what depends on what, row by row. Rows of one model
in which nothing but columns changed depend on nothing: they are a list of values for
the text that SQLAlchemy itself compiled. Anything else is its own affair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.state import InstanceState

from carboy.db.engines import begin_with, begin_writing, is_alone

from .compiled_update import Row, Table, Text, find_table, find_text

State = InstanceState[Any]
Changed = tuple[State, Row]

# Values that are surely not SQL, which is what `price = Item.price + 1` would be.
_VALUES = frozenset({bool, int, float, str, bytes, type(None), Decimal, UUID})


@dataclass(slots=True)
class Batch:
    """Rows that one text writes, and what their objects get to know of it."""

    text: Text
    rows: list[Any]
    told: list[tuple[State, Row]]


@dataclass(slots=True)
class _Context:
    """Stands for SQLAlchemy's context where an error is told."""

    executemany: bool

    def handle_dbapi_exception(self, error: BaseException) -> None:
        """Know nothing more about it."""


def flush_plainly(session: Any, engine: sa.Engine) -> bool:
    """Do what `Session.flush` does if it is plain; tell whether it was."""
    if not _is_free(session, engine):
        return False
    states = list(session.identity_map._modified)
    batches = collect(states, engine)
    if batches is None:
        return False
    transaction = session._autobegin_t()._begin()
    try:
        if batches:
            connection = transaction._connection_for_bind(engine, None)
            if not _is_plain_connection(connection):
                transaction.commit()
                return False
            write(batches, states[0].manager.mapper.local_table, connection)
            for state, values in (told for batch in batches for told in batch.told):
                state.dict.update(values)
        InstanceState._commit_all_states(
            [(state, state.dict) for state in states], session.identity_map
        )
        session._register_altered(states)
        for state in states:
            state._orphaned_outside_of_session = False
        transaction.commit()
    except BaseException:
        transaction.rollback(_capture_exception=True)
        raise
    return True


def _is_free(session: Any, engine: sa.Engine) -> bool:
    """Whether objects were changed, and that is all, and nobody listens."""
    dispatch = session.dispatch
    return not (
        session._new
        or session._deleted
        or not session.identity_map._modified
        or session.connection_callable
        or dispatch.before_flush
        or dispatch.after_flush
        or dispatch.after_flush_postexec
        or engine._has_events
        or not is_alone(engine)
    )


def _is_plain_connection(connection: Any) -> bool:
    savepoint = connection._nested_transaction
    return not (
        connection._has_events
        or connection._execution_options
        or not connection._transaction.is_active
        or (savepoint is not None and not savepoint.is_active)
    )


def collect(states: Iterable[State], engine: sa.Engine) -> list[Batch] | None:
    """Collect what is to be written for these objects, or None if that is not plain."""
    ordered = list(states)
    table = find_table(ordered[0].manager.mapper, engine)
    if table is None:
        return None
    try:
        ordered.sort(key=table.mapper._persistent_sortkey_fn)
        rows = _collect_rows(ordered, table)
        return None if rows is None else _make_batches(rows, table, engine.dialect)
    except Exception:  # noqa: BLE001 - SQLAlchemy meets the same, and says it better
        return None


def write(batches: list[Batch], table: sa.Table, connection: sa.Connection) -> None:
    """Send what was collected, and see that each row was there."""
    dialect = connection.dialect
    for batch in batches:
        many = len(batch.rows) > 1
        found = _send(batch, connection, many=many)
        is_known = dialect.supports_sane_rowcount and (
            not many or dialect.supports_sane_multi_rowcount
        )
        if is_known and found != len(batch.rows):
            # In SQLAlchemy's words, which people search for.
            msg = (
                f"UPDATE statement on table {table.description!r} expected to update "
                f"{len(batch.rows)} row(s); {found} were matched."
            )
            raise StaleDataError(msg)


def _send(batch: Batch, connection: Any, *, many: bool) -> int:
    sql, rows = batch.text.sql, batch.rows
    values = rows if many else rows[0]
    cursor = None
    try:
        cursor = connection.connection.cursor()
        if many:
            if not begin_with(cursor, connection.dialect.driver, sql, values):
                cursor.executemany(sql, values)
        else:
            begin_writing(cursor.connection, connection.dialect.driver)
            cursor.execute(sql, values)
        found: int = cursor.rowcount
    except BaseException as error:
        connection._handle_dbapi_exception(error, sql, values, cursor, _Context(many))
        raise
    cursor.close()
    return found


def _collect_rows(states: list[State], table: Table) -> list[Changed] | None:
    manager = table.mapper.class_manager
    rows: list[Changed] = []
    for state in states:
        if state.manager is not manager or "_pending_mutations" in state.__dict__:
            return None
        row = _find_changes(state.committed_state, state.dict, table.columns)
        if row is None:
            return None
        if row:
            values = state.dict
            key = {label: values[name] for name, label in table.keys}
            if None in key.values():
                return None
            rows.append((state, row | key))
    return rows


def _find_changes(
    before: dict[str, Any], values: Row, columns: dict[str, Any]
) -> Row | None:
    """Give the values that differ by the names of their columns, or None for SQL."""
    row: Row = {}
    for name, old in before.items():
        if name not in columns:
            return None
        value = values[name]
        if type(value) not in _VALUES and _is_sql(value):
            return None
        column, is_equal = columns[name]
        if is_equal(value, old) is not True:
            row[column] = value
    return row


def _is_sql(value: Any) -> bool:
    return hasattr(value, "__clause_element__") or isinstance(value, sa.ClauseElement)


def _make_batches(
    rows: list[Changed], table: Table, dialect: Any
) -> list[Batch] | None:
    """Put rows that follow each other and have the same columns together."""
    groups: list[list[Changed]] = []
    last: Any = None
    for changed in rows:
        if changed[1].keys() == last:
            groups[-1].append(changed)
        else:
            groups.append([changed])
            last = changed[1].keys()
    texts = [
        find_text(table, frozenset(group[0][1]), dialect, many=len(group) > 1)
        for group in groups
    ]
    plain = [text for text in texts if text is not None]
    if len(plain) < len(texts):
        return None
    batches = []
    # What `onupdate` says is asked once all is sure to be plain, so never twice.
    for group, text in zip(groups, plain, strict=True):
        told = [(state, _make_values(row, text)) for state, row in group if text.made]
        bound = [text.bind(row) for _, row in group]
        batches.append(Batch(text, bound, told))
    return batches


def _make_values(row: Row, text: Text) -> Row:
    """Put what `onupdate` says into a row, and give it by attribute."""
    values = {}
    for column, name, make in text.made:
        values[name] = row[column] = make()
    return values
