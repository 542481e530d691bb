"""The table of saved views: what a list was asked for, under a name."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.db import OwnTables, UtcDateTime

NAME_LENGTH = 60
# So many of one user for one model; and so many stand above a list.
MOST_VIEWS = 30
_OWNER_LENGTH = 190

VIEWS = sa.Table(
    "carboy_admin_views",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("console", sa.String(60), nullable=False),
    sa.Column("model", sa.String(120), nullable=False),
    sa.Column("owner", sa.String(_OWNER_LENGTH), nullable=False),
    sa.Column("name", sa.String(NAME_LENGTH), nullable=False),
    sa.Column("is_shared", sa.Boolean, nullable=False, default=False),
    sa.Column("query", sa.JSON, nullable=False),
    sa.Index("carboy_admin_views_list", "console", "model", "owner"),
)
_tables = OwnTables(VIEWS.metadata)
_present: WeakSet[sa.Dialect] = WeakSet()

_mine = VIEWS.c.owner == sa.bindparam("owner")
# Made once: each list asks it.
_LIST = (
    sa
    .select(VIEWS)
    .where(
        VIEWS.c.console == sa.bindparam("console"),
        VIEWS.c.model == sa.bindparam("model"),
        sa.or_(_mine, VIEWS.c.is_shared),
    )
    .order_by(sa.case((_mine, 0), else_=1), VIEWS.c.name, VIEWS.c.id)
    .limit(MOST_VIEWS)
)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view: `query` has the texts of the address, such as its filter."""

    id: int
    name: str
    owner: str
    is_shared: bool
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class ViewStore:
    """The views of one model in one console, for one user."""

    session: orm.Session
    console: str
    model: str
    owner: str

    def list(self) -> list[SavedView]:
        """Return the views of the user, then those that others share."""
        if not _has_table(self.session):
            return []
        values = {"console": self.console, "model": self.model, "owner": self._owner}
        return [_make(row) for row in self._run(_LIST, values)]

    def find(self, view_id: int) -> SavedView | None:
        """Return a view of the user, or a shared one, or None."""
        mine = sa.or_(VIEWS.c.owner == self._owner, VIEWS.c.is_shared)
        rows = self._run(self._select().where(mine, VIEWS.c.id == view_id))
        return next((_make(row) for row in rows), None)

    def save(self, name: str, query: dict[str, str], *, is_shared: bool) -> int | None:
        """Store a view, instead of one of that name; None if there are too many.

        Nothing is committed.
        """
        own = (
            VIEWS.c.console == self.console,
            VIEWS.c.model == self.model,
            VIEWS.c.owner == self._owner,
        )
        self._run(sa.delete(VIEWS).where(*own, VIEWS.c.name == name))
        count = self._run(sa.select(sa.func.count()).where(*own)).scalar_one()
        if count >= MOST_VIEWS:
            return None
        values = {
            "at": datetime.now(UTC),
            "console": self.console,
            "model": self.model,
            "owner": self._owner,
            "name": name,
            "is_shared": is_shared,
            "query": query,
        }
        key: int = self._run(sa.insert(VIEWS).values(values)).inserted_primary_key[0]
        return key

    def delete(self, view: SavedView) -> None:
        """Remove a view; nothing is committed."""
        self._run(sa.delete(VIEWS).where(VIEWS.c.id == view.id))

    def is_own(self, view: SavedView) -> bool:
        """Return whether the user has saved a view."""
        return view.owner == self._owner

    @property
    def _owner(self) -> str:
        return self.owner[:_OWNER_LENGTH]

    def _select(self) -> sa.Select[Any]:
        return sa.select(VIEWS).where(
            VIEWS.c.console == self.console, VIEWS.c.model == self.model
        )

    def _run(self, statement: Any, values: Any = None) -> Any:
        return _tables.prepare(self.session).execute(statement, values)


def _has_table(session: orm.Session) -> bool:
    """Return whether anything was ever saved: a list creates no table."""
    connection = session.connection(bind_arguments={"clause": VIEWS})
    if connection.dialect in _present:
        return True
    inspector = sa.inspect(connection)
    if connection.dialect.name == "sqlite":
        # `has_table` asks twice there: for the tables of the file, and temporary ones.
        is_present = VIEWS.name in inspector.get_table_names()
    else:
        is_present = inspector.has_table(VIEWS.name)
    if is_present:
        _present.add(connection.dialect)
    return is_present


def _make(row: Any) -> SavedView:
    return SavedView(row.id, row.name, row.owner, row.is_shared, row.query)
