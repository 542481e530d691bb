"""What sessions can be told; the names of Flask-Session work."""

from typing import Annotated, Any, ClassVar

import msgspec

from carboy.core import Section, setting
from carboy.errors import SettingsError

# Words that were in use for the same thing.
_TYPES = {
    "null": "cookie",
    "none": "cookie",
    "": "cookie",
    "file": "filesystem",
    "cachelib": "filesystem",
    "database": "sqlalchemy",
    "db": "sqlalchemy",
}
KNOWN = ("cookie", "memory", "filesystem", "sqlalchemy", "redis")
# ASVS asks for 128 bits at least.
LEAST_ID_BYTES = 16


class SessionSettings(Section, frozen=True, kw_only=True):
    """Where sessions are kept, and for how long."""

    prefix: ClassVar[str] = "SESSION"

    type: Annotated[
        str | None,
        setting("cookie (signed), memory, filesystem, sqlalchemy or redis."),
    ] = "cookie"
    url: Annotated[
        str,
        setting(
            "Address of the store, as redis://host:6379/0. With the type cookie it "
            "keeps which sessions have ended. Unset: what fits the type."
        ),
    ] = ""
    permanent: Annotated[
        bool, setting("New sessions outlive the browser; else session.permanent.")
    ] = False
    idle: Annotated[
        int,
        setting(
            "Seconds without a visit after which a session that is not permanent "
            "ends. Permanent ones go by PERMANENT_SESSION_LIFETIME.",
            ge=1,
        ),
    ] = 43_200
    absolute: Annotated[
        int,
        setting("Seconds after which a session ends, however busy it is.", ge=1),
    ] = 1_209_600
    user_key: Annotated[
        str,
        setting(
            "Name in the session under which the id of the user is. When it changes, "
            "the session gets a new id."
        ),
    ] = "_user_id"
    key_prefix: Annotated[str, setting("Prefix of each key in the store.")] = "session:"
    id_length: Annotated[
        int, setting("Random bytes in an id; 16 or more.", ge=LEAST_ID_BYTES)
    ] = 32
    use_signer: Annotated[
        bool, setting("Sign the id in the cookie too; it is random, so it need not be.")
    ] = False
    redis: Annotated[
        Any, setting("A client of redis-py, or the address of a Redis.")
    ] = None
    sqlalchemy: Annotated[
        Any, setting("A db object or an engine; unset, the app's own database.")
    ] = None
    sqlalchemy_table: Annotated[
        str, setting("Table of the type sqlalchemy; made when it is missed.")
    ] = "sessions"
    sqlalchemy_bind_key: Annotated[
        str | None, setting("Which of the app's databases, by its bind key.")
    ] = None
    file_dir: Annotated[
        str, setting("Folder of the type filesystem; unset, instance/sessions.")
    ] = ""

    @property
    def kind(self) -> str:
        """The type under its name of today."""
        given = (self.type or "").lower()
        kind = _TYPES.get(given, given)
        if kind not in KNOWN:
            raise SettingsError(
                f"SESSION_TYPE = {self.type!r} is not known. It is one of "
                f"{', '.join(KNOWN)}; for a server that is not among them, give the "
                f"address of a Redis or a database as SESSION_URL."
            )
        return kind


class Lifetime(msgspec.Struct, frozen=True):
    """For how many seconds a session lives."""

    idle: float
    absolute: float
    permanent: float
    # Whether a visit makes a permanent one last longer, or only a change.
    is_refreshed: bool = True

    def idle_of(self, *, permanent: bool) -> float:
        """Give the seconds without a visit."""
        return self.permanent if permanent else self.idle

    def end(self, created: float, seen: float, *, permanent: bool) -> float:
        """Give the moment when a session ends that is not visited any more."""
        longest = max(self.absolute, self.permanent) if permanent else self.absolute
        return min(seen + self.idle_of(permanent=permanent), created + longest)

    def is_due(self, seen: float, now: float, *, permanent: bool) -> bool:
        """Whether a visit is worth noting: once in a tenth of the time."""
        if permanent and not self.is_refreshed:
            return False
        return now - seen >= self.idle_of(permanent=permanent) / 10
