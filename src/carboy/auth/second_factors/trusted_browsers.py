"""Browsers in which a user is not asked for the second factor for a while."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from carboy.auth.credential_tables import TRUSTED_BROWSERS, prepare

DAY = 86_400


@dataclass(frozen=True, slots=True)
class TrustedBrowser:
    """A trusted browser as it is listed."""

    id: int
    label: str
    created_at: float
    expires_at: float


class TrustedBrowsers:
    """The trusted browsers in one database; the caller commits.

    A logout keeps trust. `carboy.auth.accounts.end_sessions` ends it, as it does for a
    changed password.
    """

    def __init__(self, session: Session, clock: Callable[[], float]) -> None:
        self._session = session
        self._clock = clock

    def trust(self, user_id: str, label: str, *, days: int) -> str:
        """Trust a browser and return the value of its cookie."""
        value, now = secrets.token_urlsafe(32), self._clock()
        self._delete(TRUSTED_BROWSERS.c.expires_at <= now)
        prepare(self._session).execute(
            sa.insert(TRUSTED_BROWSERS).values(
                user_id=user_id,
                digest=_hash(user_id, value),
                label=label[:120],
                created_at=now,
                expires_at=now + days * DAY,
            )
        )
        return value

    def is_trusted(self, user_id: str, value: str | None) -> bool:
        """Return whether the browser with this cookie is trusted by this user."""
        if not value:
            return False
        columns = TRUSTED_BROWSERS.c
        query = sa.select(columns.id).where(
            columns.digest == _hash(user_id, value),
            columns.user_id == user_id,
            columns.expires_at > self._clock(),
        )
        return prepare(self._session).execute(query).first() is not None

    def list(self, user_id: str) -> list[TrustedBrowser]:
        """List the browsers that a user trusts, the newest first."""
        columns = TRUSTED_BROWSERS.c
        query = (
            sa
            .select(columns.id, columns.label, columns.created_at, columns.expires_at)
            .where(columns.user_id == user_id, columns.expires_at > self._clock())
            .order_by(columns.id.desc())
        )
        return [TrustedBrowser(*row) for row in prepare(self._session).execute(query)]

    def forget(self, user_id: str, browser_id: int) -> bool:
        """Ask for the second factor there again; return whether it was trusted."""
        columns = TRUSTED_BROWSERS.c
        condition = sa.and_(columns.id == browser_id, columns.user_id == user_id)
        return self._delete(condition) == 1

    def forget_all(self, user_id: str) -> int:
        """Ask for the second factor in every browser again; return their number."""
        return self._delete(TRUSTED_BROWSERS.c.user_id == user_id)

    def _delete(self, condition: sa.ColumnElement[bool]) -> int:
        statement = sa.delete(TRUSTED_BROWSERS).where(condition)
        return prepare(self._session).connection().execute(statement).rowcount


def _hash(user_id: str, value: str) -> str:
    return hashlib.sha256(f"{user_id}\0{value}".encode()).hexdigest()
