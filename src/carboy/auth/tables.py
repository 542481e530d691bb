"""Tables of the battery, made when they are first used, as those of tasks are."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from carboy.db import UtcDateTime

metadata = sa.MetaData()

events_table = sa.Table(
    "carboy_auth_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.String(64), nullable=False, index=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("address", sa.String(64), nullable=False, default=""),
    sa.Column("agent", sa.String(200), nullable=False, default=""),
)


class AuthTables:
    """Makes the tables of one metadata in the database of the site when first missed.

    Parts with tables of their own make one with their metadata, and call `prepare`
    before each use.
    """

    def __init__(self, tables: sa.MetaData = metadata) -> None:
        self._tables = tables
        self._done: set[int] = set()

    def prepare(self, connect: Callable[[], sa.Connection], engine: sa.Engine) -> None:
        """Make the tables; on SQLite in the connection of the caller.

        Another connection would wait there for the transaction of the caller.
        """
        if id(engine) in self._done:
            return
        if engine.dialect.name != "sqlite":
            self._tables.create_all(engine)
            self._done.add(id(engine))
            return
        connection = connect()
        for table in self._tables.sorted_tables:
            # Not remembered: the transaction may be rolled back, the tables with it.
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
