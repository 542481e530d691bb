"""Begin a transaction with its first write, so that one which only reads is free.

Connections stay in the driver's autocommit mode. A statement that is not plainly a
read (`statements.is_read_only`) first begins a transaction, which then lasts until
commit or rollback. SQLite begins it with the writer's lock at once, so that two writers
queue up instead of meeting in a deadlock, which SQLite would answer with "locked".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from sqlalchemy import Engine, event

from .read_only import is_read_only, runs_outside_transaction

_PSYCOPG_IDLE = 0
_MYSQL_IN_TRANSACTION = 1

Begin = Callable[[Any], None]

_lazy: WeakSet[Engine] = WeakSet()


def install_lazy_begin(engine: Engine) -> bool:
    """Let `engine` begin with the first write; tell if its driver is one we know."""
    begin = _BEGINS.get(engine.dialect.driver)
    if begin is None:
        return False

    _lazy.add(engine)

    def connected(connection: Any, _record: object) -> None:
        _to_autocommit(connection, engine.dialect.driver)

    def single(cursor: Any, statement: str, _values: object, context: Any) -> None:
        if _is_write(statement, context):
            begin(cursor.connection)

    def unbound(cursor: Any, statement: str, context: Any) -> None:
        single(cursor, statement, None, context)

    def many(cursor: Any, statement: str, rows: Any, context: Any) -> bool:
        return _is_write(statement, context) and _begin_heard(
            engine, cursor, statement, rows
        )

    def given_back(connection: Any, _record: object, _state: object) -> None:
        if in_transaction(connection, engine.dialect.driver):
            connection.rollback()

    event.listen(engine, "connect", connected)
    event.listen(engine, "reset", given_back)
    event.listen(engine, "do_execute", single)
    event.listen(engine, "do_executemany", many)
    event.listen(engine, "do_execute_no_params", unbound)
    return True


def begin_writing(dbapi_connection: Any, driver: str) -> None:
    """Begin a transaction now, with the lock that a writer needs."""
    _BEGINS[driver](dbapi_connection)


def begin_with(cursor: Any, driver: str, statement: str, rows: Any) -> bool:
    """Begin a transaction with a statement for many rows; tell if that was sent, too.

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


def _begin_heard(engine: Engine, cursor: Any, statement: str, rows: Any) -> bool:
    driver = engine.dialect.driver
    if is_alone(engine):
        return begin_with(cursor, driver, statement, rows)
    # Nobody else would hear of a statement that was sent here.
    _BEGINS[driver](cursor.connection)
    return False


def is_lazy(engine: Engine) -> bool:
    """Whether reads of this engine need no transaction."""
    return engine in _lazy


def is_alone(engine: Engine) -> bool:
    """Whether nobody else waits for the statements of this engine's driver."""
    dispatch: Any = engine.dialect.dispatch
    return len(dispatch.do_execute) == len(dispatch.do_executemany) == 1


def in_transaction(dbapi_connection: Any, driver: str) -> bool:
    """Whether this connection has begun something; without asking the server."""
    if driver == "pysqlite":
        return bool(dbapi_connection.in_transaction)
    if driver == "psycopg":
        return int(dbapi_connection.pgconn.transaction_status) != _PSYCOPG_IDLE
    return bool(dbapi_connection.server_status & _MYSQL_IN_TRANSACTION)


def knows(driver: str) -> bool:
    """Whether transactions of this driver can begin late."""
    return driver in _BEGINS


def _is_write(statement: str, context: Any) -> bool:
    is_read = is_read_only(statement) and not context._is_server_side  # noqa: SLF001 - no public name
    return not (
        is_read or runs_outside_transaction(statement) or _is_autocommit(context)
    )


def _is_autocommit(context: Any) -> bool:
    level = context.execution_options.get("isolation_level")
    return level is not None and level.upper() == "AUTOCOMMIT"


def _to_autocommit(connection: Any, driver: str) -> None:
    if driver == "pysqlite":
        connection.isolation_level = None
    elif driver == "psycopg":
        connection.autocommit = True
    else:
        connection.autocommit(True)  # noqa: FBT003 - the driver's own signature


def _begin_sqlite(connection: Any) -> None:
    if not in_transaction(connection, "pysqlite"):
        connection.execute("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Any) -> None:
    if not in_transaction(connection, "psycopg"):
        connection.execute("BEGIN")


def _begin_mysql(connection: Any) -> None:
    if not in_transaction(connection, "pymysql"):
        connection.begin()


_BEGINS: dict[str, Begin] = {
    "pysqlite": _begin_sqlite,
    "psycopg": _begin_postgresql,
    "pymysql": _begin_mysql,
}
