"""The tables of a battery, created when they are first missed."""

import contextlib
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

_LATER = "carboy_later"


def make_later_column(name: str, kind: Any, default: str) -> sa.Column[Any]:
    """Describe a column that tables of an earlier version lack: they get it."""
    return sa.Column(
        name, kind, nullable=False, server_default=default, info={_LATER: True}
    )


class OwnTables:
    """Creates the tables of one metadata in each database that lacks them."""

    def __init__(self, metadata: sa.MetaData) -> None:
        self._metadata = metadata
        self._key = f"carboy_tables_{id(self)}"
        # Databases that have the tables. An engine with other options, or one whose
        # connections were closed, keeps its dialect.
        self._ready: WeakSet[Dialect] = WeakSet()

    def create(self, engine: sa.Engine) -> None:
        """Create the tables that are missing, each in a transaction of its own."""
        if engine.dialect in self._ready:
            return
        present = set(sa.inspect(engine).get_table_names())
        for table in self._metadata.sorted_tables:
            if table.name not in present:
                _create(engine, table)
            else:
                _add_columns_of(engine, table)
        self._ready.add(engine.dialect)

    def prepare(self, session: Session) -> Session:
        """Return `session` after creating the tables that its database lacks.

        On SQLite a session that writes does so in its transaction, for which another
        connection would wait. They are known to be there only when it is committed; a
        session that only reads would roll them back, and each request again.
        """
        engine = session.get_bind().engine
        if engine.dialect in self._ready or session.info.get(self._key):
            return session
        if engine.dialect.name == "sqlite" and _is_writing(session):
            self._create_in_transaction(session, engine.dialect)
        else:
            self.create(engine)
        return session

    def forget(self, engine: sa.Engine) -> None:
        """Look again, because the file of the database is another one now."""
        self._ready.discard(engine.dialect)

    def _create_in_transaction(self, session: Session, dialect: Dialect) -> None:
        connection = session.connection()
        present = set(sa.inspect(connection).get_table_names())
        lacking = [
            column
            for table in self._metadata.sorted_tables
            if table.name in present
            for column in _find_lacking(connection, table)
        ]
        if set(self._metadata.tables) <= present and not lacking:
            self._ready.add(dialect)
            return
        for column in lacking:
            _add_column(connection, column)
        for table in self._metadata.sorted_tables:
            # Another process may have created it since.
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
        session.info[self._key] = True

        def committed(session: Session) -> None:
            # A savepoint that ends is no commit: all may still be rolled back.
            if session.info.get(self._key) and not session.in_nested_transaction():
                self._ready.add(dialect)

        event.listen(session, "after_commit", committed)
        event.listen(session, "after_soft_rollback", self._rolled_back, once=True)

    def _rolled_back(self, session: Session, _previous: object) -> None:
        session.info.pop(self._key, None)


def _is_writing(session: Session) -> bool:
    # A session of another kind begins its transaction with the first read.
    is_writing: Callable[[], bool] = getattr(
        session, "is_writing", session.in_transaction
    )
    return is_writing()


def _find_lacking(connection: sa.Connection, table: sa.Table) -> list[sa.Column[Any]]:
    later = [column for column in table.columns if column.info.get(_LATER)]
    if not later:
        return []
    present = {each["name"] for each in sa.inspect(connection).get_columns(table.name)}
    return [column for column in later if column.name not in present]


def _add_column(connection: sa.Connection, column: sa.Column[Any]) -> None:
    dialect = connection.dialect
    table = dialect.identifier_preparer.format_table(column.table)
    described = CreateColumn(column).compile(dialect=dialect)
    connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {described}")


def _add_columns_of(engine: sa.Engine, table: sa.Table) -> None:
    try:
        with engine.begin() as connection:
            for column in _find_lacking(connection, table):
                _add_column(connection, column)
    except SQLAlchemyError:
        # Two processes found it lacking at once; the other one added it.
        with contextlib.suppress(SQLAlchemyError), engine.connect() as connection:
            if not _find_lacking(connection, table):
                return
        raise


def _create(engine: sa.Engine, table: sa.Table) -> None:
    try:
        table.create(engine, checkfirst=True)
    except SQLAlchemyError:
        # Two processes found it missing at once; the other one created it.
        with contextlib.suppress(SQLAlchemyError):
            if sa.inspect(engine).has_table(table.name):
                return
        raise
