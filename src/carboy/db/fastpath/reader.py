# ruff: noqa: SLF001 - what a session does before and after a query is private
"""The connection on which a session reads while it has no transaction."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.pool import PoolProxiedConnection

from carboy.db.engines import begins_on_write, has_no_other_listeners, is_lost

from .compiled_query import (
    CompiledQuery,
    LoadedQuery,
    Row,
    Values,
    make_loader,
)
from .query_cache import BoundQuery, QueryCache, query_cache_of

NOT_LOADED: Final = object()


class ReconnectError(Exception):
    """Raised when the connection was lost, and reading again is the way to go on."""


class Reader:
    """Runs compiled queries for one session, on the main engine.

    It keeps one connection of the pool from the first read to the end of the session,
    or until a transaction needs one.
    """

    __slots__ = ("_connection", "_cursor", "engine", "queries")

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.queries: QueryCache = query_cache_of(engine)
        self._connection: PoolProxiedConnection | None = None
        self._cursor: DBAPICursor | None = None

    def load(self, session: orm.Session, query: object) -> LoadedQuery | None:
        """Load a `select()` or `Query`, or return None if SQLAlchemy has to."""
        if self._has_listeners(session):
            return None
        return self._load(session, self.queries.for_query(query))

    def count(self, session: orm.Session, query: object) -> int | None:
        """Count the rows of a `select()` or `Query`, or return None."""
        if self._has_listeners(session):
            return None
        loaded = self._load(session, self.queries.for_count(query))
        return None if loaded is None else int(loaded.scalar())

    def get(self, session: orm.Session, entity: object, ident: object) -> object:
        """Return the object with this primary key, None, or `NOT_LOADED`."""
        query = self.queries.for_get(entity)
        if query is None:
            return NOT_LOADED
        key = (query.identity, (ident,), None)
        state = session.identity_map.fast_get_state(key)
        if state is not None:
            instance = state.obj()
            # An expired one may be gone: SQLAlchemy knows what to do.
            is_usable = instance is not None and not state.expired
            return instance if is_usable else NOT_LOADED
        if query.has_load_listeners() or self._has_listeners(session):
            return NOT_LOADED
        items = self._run(session, query, query.bind_one(ident))
        if items is None:
            return NOT_LOADED
        return items[0] if items else None

    def run(
        self, query: CompiledQuery, values: Values, session: orm.Session
    ) -> list[Any]:
        """Run a query outside of a transaction."""
        cursor = self._cursor or self._open()
        try:
            cursor.execute(query.sql, values)
            rows = cursor.fetchall()
        except BaseException as error:
            self._fail(error, query, values)
            raise
        return _make_items(query, rows, cursor, self.engine, session)

    def release(self) -> None:
        """Return the connection to the pool."""
        connection, self._connection, self._cursor = self._connection, None, None
        if connection is not None:
            connection.close()

    def _load(
        self, session: orm.Session, bound: BoundQuery | None
    ) -> LoadedQuery | None:
        if bound is None or bound[0].has_load_listeners():
            return None
        items = self._run(session, *bound)
        return None if items is None else LoadedQuery(bound[0], items)

    def _run(
        self, session: orm.Session, query: CompiledQuery, values: Values
    ) -> list[Any] | None:
        session._autoflush()
        if session._transaction is not None:
            connection = session._connection_for_bind(self.engine)
            return run_in_transaction(query, values, session, connection)
        try:
            return self.run(query, values, session)
        except ReconnectError:
            return None

    def _has_listeners(self, session: orm.Session) -> bool:
        dispatch = session.dispatch
        return bool(
            self.engine._has_events
            or dispatch.do_orm_execute
            or dispatch.loaded_as_persistent
            or not has_no_other_listeners(self.engine)
        )

    def _open(self) -> DBAPICursor:
        try:
            self._connection = self.engine.raw_connection()
        except self.engine.dialect.loaded_dbapi.Error as error:
            sa.Connection._handle_dbapi_exception_noconnection(
                error, self.engine.dialect, self.engine
            )
        self._cursor = self._connection.cursor()
        return self._cursor

    def _fail(self, error: BaseException, query: CompiledQuery, values: Values) -> None:
        connection, self._connection, cursor = self._connection, None, self._cursor
        self._cursor = None
        if connection is None:
            return
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
                    sa.Connection(self.engine, connection), error, query, values, cursor
                )
        finally:
            connection.close()


def run_in_transaction(
    query: CompiledQuery,
    values: Values,
    session: orm.Session,
    connection: sa.Connection,
) -> list[Any]:
    """Run a query as part of a transaction."""
    cursor: DBAPICursor | None = None
    try:
        cursor = connection.connection.cursor()
        cursor.execute(query.sql, values)
        rows = cursor.fetchall()
    except BaseException as error:
        _raise_wrapped(connection, error, query, values, cursor)
        raise
    items = _make_items(query, rows, cursor, connection.engine, session)
    cursor.close()
    return items


def make_reader(session: orm.Session, engine: sa.Engine) -> Reader | None:
    """Make the reader of a session, or return None if SQLAlchemy has to read."""
    if session.bind is not None or session.binds or session.twophase:
        return None
    if session.execution_options or not begins_on_write(engine):
        return None
    return None if engine._should_log_info() else Reader(engine)


def _make_items(
    query: CompiledQuery,
    rows: Sequence[Row],
    cursor: DBAPICursor,
    engine: sa.Engine,
    session: orm.Session,
) -> list[Any]:
    load = query.load
    if load is None:
        load = query.load = make_loader(query, engine.dialect, cursor.description)
    return load(rows, session)


def _raise_wrapped(
    connection: sa.Connection,
    error: BaseException,
    query: CompiledQuery,
    values: Values,
    cursor: DBAPICursor | None,
) -> None:
    handle: Callable[..., None] = connection._handle_dbapi_exception
    handle(error, query.sql, values, cursor, None)
