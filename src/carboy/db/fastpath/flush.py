# ruff: noqa: SLF001 - what SQLAlchemy compiled can be seen from the inside only
"""Write what changed in simple objects with one prepared text and no detours.

SQLAlchemy's unit of work finds out what depends on what, row by row. Rows of one model
in which nothing but columns changed depend on nothing: they are a list of values for
the text that SQLAlchemy itself compiled. SQLAlchemy writes anything else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.state import InstanceState

from carboy.db.engines import begin_and_execute, begin_writing, has_no_other_listeners

from .compiled_update import (
    CompiledUpdate,
    Row,
    UpdateTarget,
    get_target,
    get_update,
)

State: TypeAlias = InstanceState[object]
Changed: TypeAlias = tuple[State, Row]

# Values that are surely not SQL, which is what `price = Item.price + 1` would be.
_VALUES = frozenset({bool, int, float, str, bytes, type(None), Decimal, UUID})


@dataclass(slots=True)
class UpdateBatch:
    """Rows that one text writes, and the values that their objects receive."""

    update: CompiledUpdate
    # Of the kind that the driver takes: all by position or all by name.
    rows: list[Any]
    defaults: list[tuple[State, Row]]


@dataclass(slots=True)
class _Context:
    """Stands for SQLAlchemy's context where an error is handled."""

    executemany: bool

    def handle_dbapi_exception(self, error: BaseException) -> None:
        """Do nothing: nothing more is known about it."""


def flush_fast(session: orm.Session, engine: sa.Engine) -> bool:
    """Do what `Session.flush` does if it is simple; return whether it was."""
    if not _is_update_only(session, engine):
        return False
    states = list(session.identity_map._modified)
    batches = collect_updates(states, engine)
    if batches is None:
        return False
    transaction = session._autobegin_t()._begin()
    try:
        if batches:
            connection = transaction._connection_for_bind(engine, None)
            if not _is_plain_connection(connection):
                transaction.commit()
                return False
            table = states[0].manager.mapper.local_table
            write(batches, table.description, connection)
            for state, values in chain.from_iterable(b.defaults for b in batches):
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


def _is_update_only(session: orm.Session, engine: sa.Engine) -> bool:
    """Return whether objects were changed and nothing else, without a listener."""
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
        or not has_no_other_listeners(engine)
    )


def _is_plain_connection(connection: sa.Connection) -> bool:
    transaction, savepoint = connection._transaction, connection._nested_transaction
    return not (
        connection._has_events
        or connection._execution_options
        or transaction is None
        or not transaction.is_active
        or (savepoint is not None and not savepoint.is_active)
    )


def collect_updates(
    states: Iterable[State], engine: sa.Engine
) -> list[UpdateBatch] | None:
    """Collect what has to be written for these objects, or None if it is not simple."""
    ordered = list(states)
    target = get_target(ordered[0].manager.mapper, engine)
    if target is None:
        return None
    try:
        ordered.sort(key=target.mapper._persistent_sortkey_fn)
        rows = _collect_rows(ordered, target)
        return None if rows is None else _make_batches(rows, target, engine.dialect)
    except Exception:  # noqa: BLE001 - SQLAlchemy meets the same, and says it better
        return None


def write(
    batches: list[UpdateBatch], table_name: str, connection: sa.Connection
) -> None:
    """Send what was collected, and see that each row was there."""
    dialect = connection.dialect
    for batch in batches:
        many = len(batch.rows) > 1
        matched = _send(batch, connection, many=many)
        is_known = dialect.supports_sane_rowcount and (
            not many or dialect.supports_sane_multi_rowcount
        )
        if is_known and matched != len(batch.rows):
            # In SQLAlchemy's words, which people search for.
            msg = (
                f"UPDATE statement on table {table_name!r} expected to update "
                f"{len(batch.rows)} row(s); {matched} were matched."
            )
            raise StaleDataError(msg)


def _send(batch: UpdateBatch, connection: sa.Connection, *, many: bool) -> int:
    sql, rows = batch.update.sql, batch.rows
    driver = connection.dialect.driver
    cursor: DBAPICursor | None = None
    try:
        cursor = connection.connection.cursor()
        if not many:
            begin_writing(cursor.connection, driver)
            cursor.execute(sql, rows[0])
        elif not begin_and_execute(cursor, driver, sql, rows):
            cursor.executemany(sql, rows)
        matched = cursor.rowcount
    except BaseException as error:
        handle: Callable[..., None] = connection._handle_dbapi_exception
        handle(error, sql, rows if many else rows[0], cursor, _Context(many))
        raise
    cursor.close()
    return matched


def _collect_rows(
    states: Sequence[State], target: UpdateTarget
) -> list[Changed] | None:
    manager = target.mapper.class_manager
    rows: list[Changed] = []
    for state in states:
        if state.manager is not manager or "_pending_mutations" in state.__dict__:
            return None
        row = _find_changes(state.committed_state, state.dict, target.columns)
        if row is None:
            return None
        if row:
            values = state.dict
            key = {label: values[name] for name, label in target.keys}
            if None in key.values():
                return None
            rows.append((state, row | key))
    return rows


def _find_changes(
    before: Row,
    values: Row,
    columns: dict[str, tuple[str, Callable[[object, object], bool]]],
) -> Row | None:
    """Return the values that differ by the names of their columns, or None for SQL."""
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


def _is_sql(value: object) -> bool:
    return hasattr(value, "__clause_element__") or isinstance(value, sa.ClauseElement)


def _make_batches(
    rows: list[Changed], target: UpdateTarget, dialect: sa.Dialect
) -> list[UpdateBatch] | None:
    """Put rows that follow each other and have the same columns together."""
    groups: list[list[Changed]] = []
    last: frozenset[str] | None = None
    for changed in rows:
        names = frozenset(changed[1])
        if names == last:
            groups[-1].append(changed)
        else:
            groups.append([changed])
            last = names
    updates = [
        get_update(target, frozenset(group[0][1]), dialect, many=len(group) > 1)
        for group in groups
    ]
    simple = [update for update in updates if update is not None]
    if len(simple) < len(updates):
        return None
    batches = []
    # A function of `onupdate` is called once all is sure to be simple, so never twice.
    for group, update in zip(groups, simple, strict=True):
        defaults = [
            (state, _apply_defaults(row, update))
            for state, row in group
            if update.defaults
        ]
        bound = [update.bind(row) for _, row in group]
        batches.append(UpdateBatch(update, bound, defaults))
    return batches


def _apply_defaults(row: Row, update: CompiledUpdate) -> Row:
    """Put the values of `onupdate` into a row, and return them by attribute."""
    values = {}
    for default in update.defaults:
        values[default.attribute] = row[default.column] = default.make()
    return values
