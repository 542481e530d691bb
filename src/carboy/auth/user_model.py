"""`UserModel`: the columns of users that accounts need; the site adds its own."""

import re
import secrets
import unicodedata
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, validates

from carboy.db import UtcDateTime

from .access import RolesMixin
from .credential_tables import TABLES
from .user_mixins import UserMixin

EMAIL_LENGTH = 254
NAME_LENGTH = 64
# One address, which every program reads the same: no quotes, lists or comments.
_EMAIL = re.compile(
    r"[^\s@<>(),;:\\\"\[\]]+@[^\s@<>(),;:\\\"\[\]]+\.[^\s@<>(),;:\\\"\[\]]+"
)
_EPOCHS = 2**30


def _now() -> datetime:
    return datetime.now(UTC)


def _make_epoch() -> int:
    return secrets.randbelow(_EPOCHS)


def normalize_email(email: str) -> str:
    """Return an address as it is stored and compared: one spelling, small letters."""
    return unicodedata.normalize("NFKC", email).strip().lower()


def is_email(email: str) -> bool:
    """Return whether a text that `normalize_email` returned is one address."""
    return bool(_EMAIL.fullmatch(email)) and email.isprintable()


def normalize_username(name: str) -> str:
    """Return a user name as it is stored and compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


class UserModel(RolesMixin, UserMixin):
    """A mixin for the site's class of users: `class User(UserModel, db.Model)`."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-100)
    email: Mapped[str] = mapped_column(
        sa.String(EMAIL_LENGTH), unique=True, sort_order=-99
    )
    username: Mapped[str | None] = mapped_column(
        sa.String(NAME_LENGTH), unique=True, default=None, sort_order=-98
    )
    name: Mapped[str] = mapped_column(sa.String(120), default="", sort_order=-97)
    password_hash: Mapped[str | None] = mapped_column(
        sa.String(255), default=None, sort_order=-96
    )
    email_confirmed_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, default=None, sort_order=-95
    )
    locked_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, default=None, sort_order=-94
    )
    # Sessions and remembered logins with another number are void. It begins anywhere,
    # as databases give the id of a deleted user to the next one.
    auth_epoch: Mapped[int] = mapped_column(default=_make_epoch, sort_order=-93)
    registered_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=_now, sort_order=-92
    )

    @validates("email")
    def _normalize_email(self, _key: str, value: str) -> str:
        return normalize_email(value)

    @validates("username")
    def _normalize_username(self, _key: str, value: str | None) -> str | None:
        # An address as a name would let one person claim the login of another.
        return (normalize_username(value) or None) if value else None

    @property
    def is_active(self) -> bool:
        """Whether the user may log in: the account is not locked."""
        return self.locked_at is None

    @property
    def display_name(self) -> str:
        """The name that pages show."""
        return self.name or self.username or self.email.partition("@")[0]

    def end_sessions(self) -> None:
        """End every session and every remembered login with the next commit.

        `carboy.auth.accounts.end_sessions` ends the trust of browsers as well.
        """
        self.auth_epoch = (self.auth_epoch or _make_epoch()) + 1


@sa.event.listens_for(UserModel, "after_delete", propagate=True)
def _delete_rows(_mapper: object, connection: sa.Connection, user: UserModel) -> None:
    """Delete the credentials of a deleted user, whose id another one may get."""
    existing = set(sa.inspect(connection).get_table_names())
    for table in TABLES.values():
        if table.name in existing:
            own = table.c.user_id == user.get_id()
            connection.execute(sa.delete(table).where(own))
