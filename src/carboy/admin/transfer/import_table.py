"""Uploaded files between two pages, and while a task works on them."""

import json
import secrets
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.db import OwnTables, UtcDateTime

_KEPT = timedelta(days=1)

IMPORTS = sa.Table(
    "carboy_admin_imports",
    sa.MetaData(),
    sa.Column("id", sa.String(43), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("user_id", sa.String(64), nullable=False),
    sa.Column("slug", sa.String(120), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    # Headings and rows. With this length it is a LONGBLOB of MySQL.
    sa.Column("content", sa.LargeBinary(2**32 - 1), nullable=False),
)
_tables = OwnTables(IMPORTS.metadata)


@dataclass(frozen=True, slots=True)
class StoredImport:
    """A file that was read: whose, for which model, and its rows."""

    id: str
    name: str
    headings: list[str]
    rows: list[list[str]]


def store_import(
    session: orm.Session,
    user_id: str,
    slug: str,
    name: str,
    content: tuple[list[str], list[list[str]]],
) -> str:
    """Store a file for a day; return its id."""
    _tables.prepare(session)
    now = datetime.now(UTC)
    session.execute(sa.delete(IMPORTS).where(IMPORTS.c.at < now - _KEPT))
    import_id = secrets.token_urlsafe()
    data = zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 1)
    session.execute(
        sa.insert(IMPORTS).values(
            id=import_id,
            at=now,
            user_id=user_id,
            slug=slug,
            name=name[-200:],
            content=data,
        )
    )
    return import_id


def find_import(
    session: orm.Session, user_id: str, slug: str, import_id: str
) -> StoredImport | None:
    """Return a file that this user has uploaded for a model, or None."""
    row: Any = (
        _tables
        .prepare(session)
        .execute(
            sa.select(IMPORTS.c.name, IMPORTS.c.content).where(
                IMPORTS.c.id == import_id,
                IMPORTS.c.user_id == user_id,
                IMPORTS.c.slug == slug,
            )
        )
        .first()
    )
    if row is None:
        return None
    headings, rows = json.loads(zlib.decompress(row.content))
    return StoredImport(import_id, row.name, headings, rows)
