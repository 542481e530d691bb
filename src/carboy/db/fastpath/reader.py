"""The connection on which a session reads while it has no transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.db.engines import is_lazy, is_lost

from .compiled_query import Plan, Plans, make_loader, plans_of


class ReconnectError(Exception):
    """Raised when the connection was lost, and reading again is the way to go on."""


class Reader:
    """Runs plans for one session, on the main engine.

    It keeps one connection of the pool from the first read to the end of the session,
    or until a transaction needs one.
    """

    __slots__ = ("_connection", "_cursor", "engine", "plans")

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.plans: Plans = plans_of(engine)
        self._connection: Any = None
        self._cursor: Any = None

    def run(self, plan: Plan, values: Any, session: orm.Session) -> list[Any]:
        """Load the objects that a plan asks for."""
        cursor = self._cursor
        if cursor is None:
            cursor = self._open()
        try:
            cursor.execute(plan.sql, values)
            rows = cursor.fetchall()
        except BaseException as error:
            self._fail(error, plan, values)
            raise
        return _load(plan, rows, cursor, self.engine, session)

    def release(self) -> None:
        """Give the connection back to the pool."""
        connection, self._connection, self._cursor = self._connection, None, None
        if connection is not None:
            connection.close()

    def _open(self) -> Any:
        try:
            self._connection = self.engine.raw_connection()
        except self.engine.dialect.loaded_dbapi.Error as error:
            wrap: Any = sa.Connection._handle_dbapi_exception_noconnection  # noqa: SLF001 - what wraps errors has no public name
            wrap(error, self.engine.dialect, self.engine)
        self._cursor = self._connection.cursor()
        return self._cursor

    def _fail(self, error: BaseException, plan: Plan, values: Any) -> None:
        connection, self._connection, cursor = self._connection, None, self._cursor
        self._cursor = None
        dialect = self.engine.dialect
        if not isinstance(error, Exception):
            # A cancelled statement may still answer: nobody must read that as theirs.
            connection.invalidate(error)
            return
        try:
            if isinstance(error, dialect.loaded_dbapi.Error):
                dbapi_connection = connection.dbapi_connection
                if is_lost(error) or dialect.is_disconnect(
                    error, dbapi_connection, cursor
                ):
                    connection.invalidate(error)
                    raise ReconnectError
                _raise_wrapped(
                    sa.Connection(self.engine, connection), error, plan, values, cursor
                )
        finally:
            connection.close()


def run_in_transaction(
    plan: Plan, values: Any, session: orm.Session, connection: sa.Connection
) -> list[Any]:
    """Load the objects that a plan asks for, as part of a transaction."""
    cursor: Any = None
    try:
        cursor = connection.connection.cursor()
        cursor.execute(plan.sql, values)
        rows = cursor.fetchall()
    except BaseException as error:
        _raise_wrapped(connection, error, plan, values, cursor)
        raise
    loaded = _load(plan, rows, cursor, connection.engine, session)
    cursor.close()
    return loaded


def can_read(engine: Any) -> bool:
    """Whether reads of this engine are free and not logged."""
    return is_lazy(engine) and not engine._should_log_info()  # noqa: SLF001 - no public name


def _load(
    plan: Plan, rows: Any, cursor: Any, engine: sa.Engine, session: orm.Session
) -> list[Any]:
    load = plan.load
    if load is None:
        load = plan.load = make_loader(plan, engine.dialect, cursor.description)
    return load(rows, session)


def _raise_wrapped(
    connection: Any, error: BaseException, plan: Plan, values: Any, cursor: Any
) -> None:
    handle: Callable[..., Any] = connection._handle_dbapi_exception  # noqa: SLF001 - what wraps errors has no public name
    handle(error, plan.sql, values, cursor, None)
