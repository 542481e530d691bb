"""Tables of the battery, made when they are first missed, as those of tasks are."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session
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
    """Makes the tables of one metadata in the site's database when first missed."""

    def __init__(self, tables: sa.MetaData = metadata) -> None:
        self._metadata = tables
        self._key = f"carboy_auth_tables_{id(self)}"
        # Databases that are known to have the tables.
        self._ready: set[str] = set()

    def prepare(self, session: Session) -> Session:
        """Return `session` after making the tables that its database lacks."""
        engine = session.get_bind().engine
        key = f"{engine.url!r}#{id(engine)}"
        if key in self._ready or session.info.get(self._key):
            return session
        if engine.dialect.name == "sqlite":
            self._make_in_transaction(session, key)
            return session
        self._make(engine)
        self._ready.add(key)
        return session

    def _make(self, engine: sa.Engine) -> None:
        # Others make them at the same time: each failure means one table more.
        for _ in self._metadata.tables:
            try:
                self._metadata.create_all(engine)
            except (IntegrityError, OperationalError, ProgrammingError):
                continue
            return
        self._metadata.create_all(engine)

    def _make_in_transaction(self, session: Session, key: str) -> None:
        """Make the tables in the caller's transaction; another would wait for it.

        They are known to be there only for this session, until it has committed.
        """
        connection = session.connection()
        there = set(sa.inspect(connection).get_table_names())
        if set(self._metadata.tables) <= there:
            self._ready.add(key)
            return
        for table in self._metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
        session.info[self._key] = True
        sa.event.listen(
            session, "after_commit", lambda _: self._ready.add(key), once=True
        )
        sa.event.listen(session, "after_soft_rollback", self._forget, once=True)

    def _forget(self, session: Session, _previous: object) -> None:
        session.info.pop(self._key, None)
