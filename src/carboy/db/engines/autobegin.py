"""Begin a transaction with its first write, so that one which only reads is free.

Connections stay in the driver's autocommit mode. A statement that is not plainly a
read (`read_only.is_read_only`) first begins a transaction, which then lasts until
commit or rollback. SQLite begins it with the writer's lock at once, so that two writers
queue up instead of meeting in a deadlock, which SQLite would answer with "locked".
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias
from weakref import WeakSet

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, ExecutionContext

from .read_only import is_read_only, runs_outside_transaction

_PSYCOPG_IDLE = 0
_MYSQL_IN_TRANSACTION = 1

Rows: TypeAlias = Sequence[Sequence[Any]] | Sequence[Mapping[str, Any]]
Begin: TypeAlias = Callable[[DBAPIConnection], None]

_begin_on_write: WeakSet[Engine] = WeakSet()


def install_autobegin(engine: Engine) -> bool:
    """Begin with the first write; return whether the driver of `engine` is known."""
    driver = engine.dialect.driver
    begin = _BEGINS.get(driver)
    if begin is None:
        return False

    _begin_on_write.add(engine)

    def on_connect(connection: DBAPIConnection, _record: object) -> None:
        _set_autocommit(connection, driver)

    def on_execute(
        cursor: DBAPICursor, statement: str, _values: object, context: ExecutionContext
    ) -> None:
        if _needs_transaction(statement, context):
            begin(cursor.connection)

    def on_execute_no_params(
        cursor: DBAPICursor, statement: str, context: ExecutionContext
    ) -> None:
        on_execute(cursor, statement, None, context)

    def on_executemany(
        cursor: DBAPICursor,
        statement: str,
        rows: Rows,
        context: ExecutionContext,
    ) -> bool:
        needs_transaction = _needs_transaction(statement, context)
        return needs_transaction and _begin_many(engine, cursor, statement, rows)

    def on_reset(connection: DBAPIConnection, _record: object, _state: object) -> None:
        if in_transaction(connection, driver):
            connection.rollback()

    reset_level = engine.dialect.reset_isolation_level

    def on_end_of_level(connection: DBAPIConnection) -> None:
        # SQLAlchemy's own leaves the driver's autocommit mode.
        reset_level(connection)
        _set_autocommit(connection, driver)

    vars(engine.dialect)["reset_isolation_level"] = on_end_of_level
    event.listen(engine, "connect", on_connect)
    event.listen(engine, "reset", on_reset)
    event.listen(engine, "do_execute", on_execute)
    event.listen(engine, "do_executemany", on_executemany)
    event.listen(engine, "do_execute_no_params", on_execute_no_params)
    return True


def begin_writing(connection: DBAPIConnection, driver: str) -> None:
    """Begin a transaction now, with the lock that a writer needs."""
    _BEGINS[driver](connection)


def begin_and_execute(
    cursor: DBAPICursor, driver: str, statement: str, rows: Rows
) -> bool:
    """Begin a transaction with a statement for many rows; return whether it was sent.

    What PostgreSQL gets for many rows needs no answer in between: BEGIN goes along.
    """
    connection = cursor.connection
    if driver == "psycopg" and not in_transaction(connection, driver):
        from psycopg import Pipeline  # noqa: PLC0415 - this driver is in use

        if Pipeline.is_supported():
            with connection.pipeline():
                connection.execute("BEGIN")
                cursor.executemany(statement, rows)
            return True
    _BEGINS[driver](connection)
    return False


def _begin_many(
    engine: Engine, cursor: DBAPICursor, statement: str, rows: Rows
) -> bool:
    if has_no_other_listeners(engine):
        return begin_and_execute(cursor, engine.dialect.driver, statement, rows)
    # A listener would not hear of a statement that was sent here.
    begin_writing(cursor.connection, engine.dialect.driver)
    return False


def begins_on_write(engine: Engine) -> bool:
    """Return whether reads of this engine need no transaction."""
    return engine in _begin_on_write


def has_no_other_listeners(engine: Engine) -> bool:
    """Return whether nothing else listens to the statements of this engine's driver."""
    dispatch = engine.dialect.dispatch
    return (
        len(dispatch.do_execute)
        == len(dispatch.do_executemany)
        == len(dispatch.do_execute_no_params)
        == 1
    )


def in_transaction(connection: DBAPIConnection, driver: str) -> bool:
    """Return whether a connection is in a transaction, without asking the server."""
    if driver == "pysqlite":
        return bool(connection.in_transaction)
    if driver == "psycopg":
        return int(connection.pgconn.transaction_status) != _PSYCOPG_IDLE
    return bool(connection.server_status & _MYSQL_IN_TRANSACTION)


def is_supported(driver: str) -> bool:
    """Return whether transactions of this driver can begin with the first write."""
    return driver in _BEGINS


def _needs_transaction(statement: str, context: ExecutionContext) -> bool:
    if is_read_only(statement) and not getattr(context, "_is_server_side", False):
        return False
    return not (runs_outside_transaction(statement) or _is_autocommit(context))


def _is_autocommit(context: ExecutionContext) -> bool:
    level = context.execution_options.get("isolation_level")
    return level is not None and level.upper() == "AUTOCOMMIT"


def _set_autocommit(connection: DBAPIConnection, driver: str) -> None:
    if driver == "pysqlite":
        connection.isolation_level = None
    elif driver == "psycopg":
        connection.autocommit = True
    else:
        connection.autocommit(True)  # noqa: FBT003 - the driver's own signature


def _begin_sqlite(connection: DBAPIConnection) -> None:
    if not in_transaction(connection, "pysqlite"):
        connection.execute("BEGIN IMMEDIATE")


def _begin_postgresql(connection: DBAPIConnection) -> None:
    if not in_transaction(connection, "psycopg"):
        connection.execute("BEGIN")


def _begin_mysql(connection: DBAPIConnection) -> None:
    if not in_transaction(connection, "pymysql"):
        connection.begin()


_BEGINS: dict[str, Begin] = {
    "pysqlite": _begin_sqlite,
    "psycopg": _begin_postgresql,
    "pymysql": _begin_mysql,
}
