# ruff: noqa: SLF001 - what SQLAlchemy compiled can be seen from the inside only
"""Write what changed in plain objects with one prepared text and no detours.

SQLAlchemy's unit of work finds out what depends on what, row by row. Rows of one model
in which nothing but columns changed depend on nothing: they are a list of values for
the text that SQLAlchemy itself compiled. Anything else is its own affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.state import InstanceState

from .lazybegin import begin_with, begin_writing, is_alone
from .plainness import has_plain_rows

Row = dict[str, Any]
State = InstanceState[Any]

MAX_TEXTS = 100
# Values that are surely not SQL, which is what `price = Item.price + 1` would be.
_VALUES = frozenset({bool, int, float, str, bytes, type(None), Decimal, UUID})


@dataclass(slots=True)
class Text:
    """One compiled UPDATE: its text, and how the values of a row get in."""

    sql: str
    bind: Callable[[Row], Any]


@dataclass(slots=True)
class Batch:
    """Rows that one text writes."""

    text: Text
    rows: list[Any]


@dataclass(slots=True)
class Table:
    """How the rows of one plain model are written on one engine."""

    mapper: Any
    statement: Any
    parts: tuple[int, ...]
    # Attribute → key of its column, and whether two values are the same.
    columns: dict[str, tuple[str, Callable[[Any, Any], bool]]]
    # Attribute and bound name of each column of the primary key.
    keys: tuple[tuple[str, str], ...]
    # None stands for what has no text.
    texts: dict[Any, Text | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Context:
    """Stands for SQLAlchemy's context where an error is told."""

    executemany: bool

    def handle_dbapi_exception(self, error: BaseException) -> None:
        """Know nothing more about it."""


_tables: WeakKeyDictionary[sa.Engine, dict[Any, Table | None]] = WeakKeyDictionary()


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
    table = _table_of(ordered[0].manager.mapper, engine)
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


def _collect_rows(states: list[State], table: Table) -> list[Row] | None:
    manager = table.mapper.class_manager
    rows: list[Row] = []
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
            rows.append(row | key)
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


def _make_batches(rows: list[Row], table: Table, dialect: Any) -> list[Batch] | None:
    """Put rows that follow each other and have the same columns together."""
    groups: list[list[Row]] = []
    last: Any = None
    for row in rows:
        if row.keys() == last:
            groups[-1].append(row)
        else:
            groups.append([row])
            last = row.keys()
    batches = []
    for group in groups:
        text = _text_of(table, group, dialect)
        if text is None:
            return None
        bind = text.bind
        batches.append(Batch(text, [bind(row) for row in group]))
    return batches


def _text_of(table: Table, rows: list[Row], dialect: Any) -> Text | None:
    key = (frozenset(rows[0]), len(rows) > 1)
    if key not in table.texts:
        if len(table.texts) >= MAX_TEXTS:
            table.texts.clear()
        table.texts[key] = _make_text(table.statement, *key, dialect)
    return table.texts[key]


def _make_text(
    statement: Any,
    names: frozenset[str],
    many: bool,  # noqa: FBT001 - it is part of a key
    dialect: Any,
) -> Text | None:
    cache: dict[Any, Any] = {}
    compiled, *_ = statement._compile_w_cache(
        dialect, compiled_cache=cache, column_keys=sorted(names), for_executemany=many
    )
    order = compiled.positiontup if compiled.positional else list(compiled.binds)
    if (
        compiled.prefetch
        or compiled.postfetch
        or compiled.effective_returning
        or compiled.post_compile_params
        or compiled.literal_execute_params
        or compiled.escaped_bind_names
        or set(order) != names
    ):
        return None
    steps = [(name, compiled._bind_processors.get(name)) for name in order]
    return Text(compiled.string, _make_binder(steps, positional=compiled.positional))


def _make_binder(
    steps: Sequence[tuple[str, Any]], *, positional: bool
) -> Callable[[Row], Any]:
    if positional:
        return lambda row: tuple(
            row[name] if process is None else process(row[name])
            for name, process in steps
        )
    todo = [(name, process) for name, process in steps if process is not None]
    if not todo:
        return lambda row: row

    def bind(row: Row) -> Row:
        return row | {name: process(row[name]) for name, process in todo}

    return bind


def _table_of(mapper: Any, engine: sa.Engine) -> Table | None:
    tables = _tables.get(engine)
    if tables is None:
        tables = _tables[engine] = {}
    if mapper in tables:
        table = tables[mapper]
        # What was declared later may have added attributes and relationships.
        if table is not None and table.parts != _count_parts(mapper):
            table = tables[mapper] = _make_table(mapper)
    else:
        table = tables[mapper] = _make_table(mapper)
    if mapper.dispatch.before_update or mapper.dispatch.after_update:
        return None
    return table


def _count_parts(mapper: Any) -> tuple[int, ...]:
    return (
        len(mapper._props),
        len(mapper._dependency_processors),
        len(mapper._inheriting_mappers),
    )


def _make_table(mapper: Any) -> Table | None:
    if not has_plain_rows(mapper):
        return None
    rows: sa.Table = mapper.local_table
    # A relationship hands the value of such a column on.
    handed = {mapper._columntoproperty[c].key for c in _list_handed(mapper)}
    columns = {
        name: (column.key, mapper.class_manager[name].impl.is_equal)
        for name, column in mapper._propkey_to_col[rows].items()
        if name not in handed and len(mapper._props[name].columns) == 1
    }
    keys = [(mapper._columntoproperty[c].key, c) for c in mapper._pks_by_table[rows]]
    clauses = [c == sa.bindparam(c._label, type_=c.type) for _, c in keys]
    return Table(
        mapper=mapper,
        statement=rows.update().where(*clauses),
        parts=_count_parts(mapper),
        columns=columns,
        keys=tuple((name, str(column._label)) for name, column in keys),
    )


def _list_handed(mapper: Any) -> list[Any]:
    """List the columns of the primary key and those that relationships read."""
    relationships = [
        *mapper.relationships,
        *(processor.prop for processor in mapper._dependency_processors),
    ]
    sides = [
        side
        for relationship in relationships
        for pair in (
            *relationship.synchronize_pairs,
            *(relationship.secondary_synchronize_pairs or ()),
        )
        for side in pair
    ]
    return [
        column
        for column in (*mapper.primary_key, *sides)
        if column in mapper._columntoproperty
    ]
