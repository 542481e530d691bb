"""Session settings; the names of Flask-Session work."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from carboy.core import Section, setting
from carboy.errors import SettingsError

# Other names of a type.
_ALIASES = {
    "null": "cookie",
    "none": "cookie",
    "": "cookie",
    "file": "filesystem",
    "cachelib": "filesystem",
    "database": "sqlalchemy",
    "db": "sqlalchemy",
}
KINDS = ("cookie", "memory", "filesystem", "sqlalchemy", "redis")
# ASVS requires 128 bits.
MIN_ID_BYTES = 16


class SessionSettings(Section, frozen=True, kw_only=True):
    """Where sessions are stored, and how long they live."""

    prefix: ClassVar[str] = "SESSION"
    # Of Flask-Session.
    obsolete: ClassVar[Mapping[str, str]] = {
        "SESSION_CACHELIB": "Use SESSION_TYPE=filesystem, or SESSION_URL.",
        "SESSION_CLEANUP_N_REQUESTS": "Remove it; ended sessions are removed anyway.",
        "SESSION_DYNAMODB": "Use Redis or a database: SESSION_URL.",
        "SESSION_FILE_MODE": "Remove it; only the site's user can read the files.",
        "SESSION_FILE_THRESHOLD": "Remove it; sessions end by their age.",
        "SESSION_MEMCACHED": "Use Redis: SESSION_URL=redis://host:6379/0.",
        "SESSION_MONGODB": "Use Redis or a database: SESSION_URL.",
        "SESSION_SERIALIZATION_FORMAT": "Remove it; there is one format only.",
        "SESSION_SQLALCHEMY_SCHEMA": "Set the search path in the URL of the database.",
    }

    type: Annotated[
        str | None,
        setting("cookie (signed), memory, filesystem, sqlalchemy or redis."),
    ] = "cookie"
    url: Annotated[
        str,
        setting(
            "URL of the store, such as redis://host:6379/0. With the type cookie it "
            "stores which sessions have ended. Default: depends on the type."
        ),
    ] = ""
    permanent: Annotated[
        bool, setting("Make new sessions permanent: they outlive the browser.")
    ] = False
    idle: Annotated[
        int,
        setting(
            "Seconds without a request after which a session ends. For permanent "
            "sessions PERMANENT_SESSION_LIFETIME applies instead.",
            ge=1,
        ),
    ] = 43_200
    absolute: Annotated[
        int,
        setting("Seconds after which a session ends, even if it is in use.", ge=1),
    ] = 1_209_600
    user_key: Annotated[
        str,
        setting(
            "Session key that contains the id of the user. When its value changes, "
            "the session gets a new id."
        ),
    ] = "_user_id"
    key_prefix: Annotated[str, setting("Prefix of all keys in the store.")] = "session:"
    id_length: Annotated[
        int, setting("Random bytes in a session id; 16 or more.", ge=MIN_ID_BYTES)
    ] = 32
    use_signer: Annotated[
        bool, setting("Sign the id in the cookie; not necessary, as it is random.")
    ] = False
    redis: Annotated[
        Any, setting("A redis-py client, or the URL of a Redis server.")
    ] = None
    sqlalchemy: Annotated[
        Any, setting("A db object or an engine. Default: the app's database.")
    ] = None
    sqlalchemy_table: Annotated[
        str, setting("Table for the type sqlalchemy; created when missing.")
    ] = "sessions"
    sqlalchemy_bind_key: Annotated[
        str | None, setting("Bind key of the database to use.")
    ] = None
    file_dir: Annotated[
        str, setting("Folder for the type filesystem. Default: instance/sessions.")
    ] = ""

    @property
    def kind(self) -> str:
        """The type, with aliases resolved."""
        name = (self.type or "").lower()
        kind = _ALIASES.get(name, name)
        if kind not in KINDS:
            raise SettingsError(
                f"SESSION_TYPE = {self.type!r} is not known. Use one of "
                f"{', '.join(KINDS)}; for another server, set SESSION_URL to the URL "
                f"of a Redis server or a database."
            )
        return kind
