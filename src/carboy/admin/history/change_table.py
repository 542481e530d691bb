"""The table of changes: one row for each change of a row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.db import OwnTables, UtcDateTime

CREATED, CHANGED, DELETED = "created", "changed", "deleted"
KEY_LENGTH, NAME_LENGTH = 250, 200

CHANGES = sa.Table(
    "carboy_admin_changes",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("who", sa.String(254), nullable=False, default=""),
    sa.Column("action", sa.String(20), nullable=False),
    # Where it was made: the name of a console, or nothing for the rest of the site.
    sa.Column("source", sa.String(60), nullable=False, default=""),
    sa.Column("model", sa.String(120), nullable=False),
    sa.Column("key", sa.String(KEY_LENGTH), nullable=False),
    sa.Column("name", sa.String(NAME_LENGTH), nullable=False, default=""),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("after", sa.JSON, nullable=False),
    sa.Index("carboy_admin_changes_row", "model", "key", "id"),
)
_tables = OwnTables(CHANGES.metadata)


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One change: the values of its attributes before and after, as texts."""

    id: int
    at: datetime
    who: str
    action: str
    source: str
    model: str
    key: str
    name: str
    before: dict[str, Any]
    after: dict[str, Any]


def prepare_changes(session: orm.Session) -> orm.Session:
    """Return the session after creating the table if it is missing."""
    return _tables.prepare(session)


def list_changes(
    session: orm.Session, model: str = "", key: str = "", *, limit: int = 50
) -> list[ChangeRecord]:
    """Return the latest changes, the newest first: all, of a model, or of a row."""
    query = sa.select(CHANGES).order_by(CHANGES.c.id.desc()).limit(limit)
    if model:
        query = query.where(CHANGES.c.model == model)
    if key:
        query = query.where(CHANGES.c.key == key)
    return [ChangeRecord(**row._mapping) for row in _run(session, query)]  # noqa: SLF001 - a public name of SQLAlchemy


def find_change(session: orm.Session, change_id: int) -> ChangeRecord | None:
    """Return a change, or None."""
    query = sa.select(CHANGES).where(CHANGES.c.id == change_id)
    rows = [ChangeRecord(**row._mapping) for row in _run(session, query)]  # noqa: SLF001 - as above
    return rows[0] if rows else None


def _run(session: orm.Session, query: sa.Select[Any]) -> Any:
    return prepare_changes(session).execute(query)
