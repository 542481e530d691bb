"""Recovery codes: shown once, each good for one login."""

import hashlib
import secrets
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from carboy.auth.credential_tables import RECOVERY_CODES, prepare

COUNT = 10
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# 117 random bits: no slow hash is needed.
_LENGTH = 24
_SIMILAR = str.maketrans({"O": "Q", "0": "Q", "1": "J", "I": "J", "L": "J", "U": "V"})


class RecoveryCodes:
    """The recovery codes in one database; the caller commits and throttles."""

    def __init__(self, session: Session, clock: Callable[[], float]) -> None:
        self._session = session
        self._clock = clock

    def count(self, user_id: str) -> int:
        """Return how many codes are left."""
        query = sa.select(sa.func.count()).where(
            RECOVERY_CODES.c.user_id == user_id, RECOVERY_CODES.c.used_at.is_(None)
        )
        return prepare(self._session).execute(query).scalar_one()

    def create(self, user_id: str) -> list[str]:
        """Replace all codes by new ones and return them: nobody can read them later."""
        self.remove(user_id)
        codes = [_make_code() for _ in range(COUNT)]
        rows = [{"user_id": user_id, "digest": _hash(user_id, code)} for code in codes]
        self._session.execute(sa.insert(RECOVERY_CODES), rows)
        return codes

    def use(self, user_id: str, code: str) -> bool:
        """Use a code up; return whether it was valid. Of two at once, one wins."""
        update = (
            sa
            .update(RECOVERY_CODES)
            .where(
                RECOVERY_CODES.c.user_id == user_id,
                RECOVERY_CODES.c.digest == _hash(user_id, code),
                RECOVERY_CODES.c.used_at.is_(None),
            )
            .values(used_at=self._clock())
        )
        return prepare(self._session).connection().execute(update).rowcount == 1

    def remove(self, user_id: str) -> None:
        """Delete the codes of a user."""
        codes = RECOVERY_CODES
        prepare(self._session).execute(
            sa.delete(codes).where(codes.c.user_id == user_id)
        )


def _make_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return "-".join(letters[n : n + 4] for n in range(0, _LENGTH, 4))


def _hash(user_id: str, code: str) -> str:
    # People type small letters and spaces.
    letters = "".join(filter(str.isalnum, code.upper())).translate(_SIMILAR)
    return hashlib.sha256(f"{user_id}\0{letters}".encode()).hexdigest()
