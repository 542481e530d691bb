"""Set up and check the authenticator app of a user."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from carboy.auth.credential_tables import TOTP, prepare

from .secret_box import SecretBox
from .totp_codes import find_step


class Totp:
    """The authenticator apps in one database; the caller commits and throttles."""

    def __init__(
        self, session: Session, box: SecretBox, clock: Callable[[], float]
    ) -> None:
        self._session = session
        self._box = box
        self._clock = clock

    def is_set_up(self, user_id: str) -> bool:
        """Return whether the user has confirmed an app."""
        query = sa.select(TOTP.c.user_id).where(
            TOTP.c.user_id == user_id, TOTP.c.confirmed_at.is_not(None)
        )
        return prepare(self._session).execute(query).first() is not None

    def set_up(self, user_id: str, secret: str, code: str) -> bool:
        """Store a secret with its first code; return false if the code is wrong.

        The secret comes from the session that has shown it. Raises an error of the
        database if another app was set up meanwhile.
        """
        now = self._clock()
        step = find_step(secret, code, now)
        if step is None:
            return False
        unused = sa.delete(TOTP).where(
            TOTP.c.user_id == user_id, TOTP.c.confirmed_at.is_(None)
        )
        prepare(self._session).execute(unused)
        row = {"user_id": user_id, "secret": self._box.seal(secret, user_id)}
        self._session.execute(
            sa.insert(TOTP).values(**row, last_step=step, confirmed_at=now)
        )
        return True

    def seal(self, secret: str, user_id: str) -> str:
        """Return a secret as a session may hold it."""
        return self._box.seal(secret, user_id)

    def open(self, sealed: str, user_id: str) -> str:
        """Return the secret that `seal` has got."""
        return self._box.open(sealed, user_id)

    def verify(self, user_id: str, code: str) -> bool:
        """Return whether a code is right and neither it nor a later one was used."""
        row = self._find(user_id)
        if row is None or row.confirmed_at is None:
            return False
        step = find_step(self._box.open(row.secret, user_id), code, self._clock())
        if step is None:
            return False
        # One statement: of two requests with the same code, one is refused.
        update = (
            sa
            .update(TOTP)
            .where(TOTP.c.user_id == user_id, TOTP.c.last_step < step)
            .values(last_step=step)
        )
        return self._session.connection().execute(update).rowcount == 1

    def remove(self, user_id: str) -> bool:
        """Remove the app of a user; return whether there was one."""
        statement = sa.delete(TOTP).where(TOTP.c.user_id == user_id)
        result = prepare(self._session).connection().execute(statement)
        return result.rowcount == 1

    def _find(self, user_id: str) -> sa.Row[tuple[object, ...]] | None:
        query = sa.select(TOTP).where(TOTP.c.user_id == user_id)
        return prepare(self._session).execute(query).one_or_none()
