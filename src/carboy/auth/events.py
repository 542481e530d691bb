"""What has happened to an account: the recent activity that its owner sees."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request

from carboy.db import OwnTables, UtcDateTime

from .app_state import auth_state

_AGENT_LENGTH = 200
# The id that no user has.
UNKNOWN = "?"

events_table = sa.Table(
    "carboy_auth_events",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("user_id", sa.String(64), nullable=False, index=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("address", sa.String(64), nullable=False, default=""),
    sa.Column("agent", sa.String(200), nullable=False, default=""),
)
_tables = OwnTables(events_table.metadata)


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """One thing that happened: its kind is `login`, `password_changed` and so on."""

    kind: str
    at: datetime
    address: str
    agent: str


def record_event(user: Any, kind: str) -> None:
    """Record an event of a user; it is written with the next commit.

    A user who is None is an account that does not exist.
    """
    address = agent = ""
    if has_request_context():
        address = request.remote_addr or ""
        agent = request.headers.get("User-Agent", "")[:_AGENT_LENGTH]
    session = _prepare()
    session.execute(
        sa.insert(events_table).values(
            user_id=UNKNOWN if user is None else user.get_id(),
            kind=kind,
            at=datetime.now(UTC),
            address=address,
            agent=agent,
        )
    )


def list_events(user: Any, limit: int = 30) -> list[AccountEvent]:
    """List the latest events of a user, the newest first."""
    columns = events_table.c
    query = (
        sa
        .select(columns.kind, columns.at, columns.address, columns.agent)
        .where(columns.user_id == user.get_id())
        .order_by(columns.id.desc())
        .limit(limit)
    )
    return [AccountEvent(*row) for row in _prepare().execute(query)]


def list_all_events(limit: int = 30) -> list[tuple[str, AccountEvent]]:
    """List the latest events of all users, each after the id of its user."""
    columns = events_table.c
    query = (
        sa
        .select(
            columns.user_id, columns.kind, columns.at, columns.address, columns.agent
        )
        .order_by(columns.id.desc())
        .limit(limit)
    )
    return [(row[0], AccountEvent(*row[1:])) for row in _prepare().execute(query)]


def delete_events(user: Any) -> None:
    """Delete the events of a user."""
    columns = events_table.c
    _prepare().execute(sa.delete(events_table).where(columns.user_id == user.get_id()))


def _prepare() -> Any:
    return _tables.prepare(auth_state.current().db.session())
