"""Who a person is at a provider, and which user has linked that."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from carboy.auth.credential_tables import IDENTITIES, prepare


@dataclass(frozen=True, slots=True)
class Identity:
    """A person at a provider; `subject` never changes and never passes on.

    `aliases` are further subjects of the same person, such as WeChat's openid.
    """

    provider: str
    subject: str
    email: str = ""
    is_email_confirmed: bool = False
    # The provider owns the mailbox: whoever comes from there reads its mail.
    owns_email: bool = False
    name: str = ""
    # The provider has asked for a second factor, and the site believes it.
    has_second_factor: bool = False
    # When the person has logged in there, if an OpenID provider says so.
    authenticated_at: float | None = None
    aliases: tuple[str, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """All subjects, the one that counts most first."""
        return (self.subject, *self.aliases)


@dataclass(frozen=True, slots=True)
class LinkedIdentity:
    """An identity as the account's page lists it."""

    id: int
    user_id: str
    provider: str
    label: str
    created_at: float


class Identities:
    """The linked identities in one database; the caller commits."""

    def __init__(self, session: Session, clock: Callable[[], float]) -> None:
        self._session = session
        self._clock = clock

    def find_owner(self, identity: Identity) -> str | None:
        """Return the id of the user who has linked an identity, or None."""
        columns = IDENTITIES.c
        query = sa.select(columns.subject, columns.user_id).where(
            columns.provider == identity.provider,
            columns.subject.in_(identity.subjects),
        )
        rows = prepare(self._session).execute(query)
        # Compared again here: some databases ignore case.
        owners = {row.subject: row.user_id for row in rows}
        return next((owners[s] for s in identity.subjects if s in owners), None)

    def add(self, user_id: str, identity: Identity) -> bool:
        """Link every subject that is not linked; return False if another user's is."""
        prepare(self._session)
        for subject in identity.subjects:
            try:
                with self._session.begin_nested():
                    self._session.execute(
                        sa.insert(IDENTITIES).values(
                            user_id=user_id,
                            provider=identity.provider,
                            subject=subject,
                            label=(identity.name or identity.email)[:254],
                            created_at=self._clock(),
                        )
                    )
            except IntegrityError:
                # Linked before, or by another request at the same time.
                single = Identity(identity.provider, subject)
                if self.find_owner(single) != user_id:
                    return False
        return True

    def list(self, user_id: str) -> list[LinkedIdentity]:
        """List the providers that a user has linked, each once."""
        query = (
            sa
            .select(IDENTITIES)
            .where(IDENTITIES.c.user_id == user_id)
            .order_by(IDENTITIES.c.id.desc())
        )
        first = {
            row.provider: LinkedIdentity(
                row.id, row.user_id, row.provider, row.label, row.created_at
            )
            for row in prepare(self._session).execute(query)
        }
        return sorted(first.values(), key=lambda each: each.id)

    def remove(self, user_id: str, provider: str) -> bool:
        """Unlink a provider; return whether it was linked."""
        statement = sa.delete(IDENTITIES).where(
            IDENTITIES.c.user_id == user_id, IDENTITIES.c.provider == provider
        )
        return prepare(self._session).connection().execute(statement).rowcount > 0
