"""What the database battery can be told."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from msgspec import field

from carboy.core import Secret, Section, setting


class DatabaseSettings(Section, frozen=True, kw_only=True):
    """Where the database is, and how the site talks to it."""

    prefix: ClassVar[str] = "DATABASE"
    obsolete: ClassVar[Mapping[str, str]] = {
        "SQLALCHEMY_COMMIT_ON_TEARDOWN": (
            "Rows are lost unless you call db.session.commit() at the end of each view "
            "that writes; then remove the setting."
        ),
        "SQLALCHEMY_NATIVE_UNICODE": "Remove it; every text is Unicode.",
        "SQLALCHEMY_MIGRATE_REPO": "Remove it; DATABASE_MIGRATIONS names the folder.",
        "SQLALCHEMY_DATABASE_URL": "Write SQLALCHEMY_DATABASE_URI or DATABASE_URL.",
    }

    url: Annotated[
        Any,
        setting(
            "URL of the database, `postgresql://user:password@host/name`. Without it"
            " and without its parts, a SQLite file in the instance folder.",
            old=("SQLALCHEMY_DATABASE_URI",),
            secret=True,
        ),
    ] = None
    driver: Annotated[
        str,
        setting("Kind of database when the URL is told in parts: `postgresql`."),
    ] = "postgresql"
    host: Annotated[str, setting("Host, when the URL is told in parts.")] = ""
    port: Annotated[int | None, setting("Port, when the URL is told in parts.")] = None
    user: Annotated[str, setting("User, when the URL is told in parts.")] = ""
    password: Annotated[
        Secret,
        setting("Password in plain letters, as it is; it never prints.", secret=True),
    ] = ""
    name: Annotated[
        str,
        setting("Name of the database, or its file, when told in parts."),
    ] = ""
    binds: Annotated[
        dict[str, Any],
        setting(
            "More databases: a URL, or options of an engine with `url`, for each key.",
            old=("SQLALCHEMY_BINDS",),
            secret=True,
        ),
    ] = field(default_factory=dict)
    engine_options: Annotated[
        dict[str, Any],
        setting(
            "Options of SQLAlchemy's `create_engine`, which win over all others.",
            old=("SQLALCHEMY_ENGINE_OPTIONS",),
            secret=True,
        ),
    ] = field(default_factory=dict)
    echo: Annotated[bool, setting("Log each statement.", old=("SQLALCHEMY_ECHO",))] = (
        False
    )
    record_queries: Annotated[
        bool,
        setting(
            "Keep the statements of each request for `get_recorded_queries()`.",
            old=("SQLALCHEMY_RECORD_QUERIES",),
        ),
    ] = False
    track_modifications: Annotated[
        bool,
        setting(
            "Send the signals `models_committed` and `before_models_committed`.",
            old=("SQLALCHEMY_TRACK_MODIFICATIONS",),
        ),
    ] = False
    pool_size: Annotated[
        int | None,
        setting(
            "Connections kept open by a process; by default one for each of the"
            " server's threads. 0 opens one for each use.",
            old=("SQLALCHEMY_POOL_SIZE",),
        ),
    ] = None
    max_overflow: Annotated[
        int,
        setting(
            "Connections beyond the pool's size, closed after use.",
            old=("SQLALCHEMY_MAX_OVERFLOW",),
            ge=-1,
        ),
    ] = 4
    pool_timeout: Annotated[
        float,
        setting(
            "Seconds to wait for a free connection before the answer is 503.",
            old=("SQLALCHEMY_POOL_TIMEOUT",),
            ge=0,
        ),
    ] = 5.0
    pool_recycle: Annotated[
        int,
        setting(
            "Seconds after which a connection is replaced; -1 never replaces one.",
            old=("SQLALCHEMY_POOL_RECYCLE",),
            ge=-1,
        ),
    ] = 1800
    connect_timeout: Annotated[
        int, setting("Seconds to wait for the database server to answer.", ge=1)
    ] = 3
    statement_timeout: Annotated[
        float,
        setting("Seconds that one statement may take; 0 sets no limit.", ge=0),
    ] = 5.0
    snapshot_reads: Annotated[
        bool,
        setting(
            "Begin a transaction with the first read already, not with the first"
            " write: all reads then see what the isolation level promises."
        ),
    ] = False
    fast_path: Annotated[
        bool,
        setting(
            "Run simple queries and flushes past SQLAlchemy's machinery, with the same"
            " results. Off, SQLAlchemy does everything."
        ),
    ] = True
    lazy_loading: Annotated[
        Literal["peers", "one", "raise"],
        setting(
            "What a relationship loads that the query did not name: `peers` for all"
            " objects of the same result at once, `one` for one object, as SQLAlchemy"
            " does by itself, and `raise` nothing: an error names the relationship."
        ),
    ] = "peers"
    sqlite_synchronous: Annotated[
        Literal["OFF", "NORMAL", "FULL", "EXTRA"],
        setting("How SQLite waits for the disk: FULL also survives a power cut."),
    ] = "NORMAL"
    sqlite_busy_timeout: Annotated[
        float, setting("Seconds that SQLite waits for another writer.", ge=0)
    ] = 5.0
    sqlite_foreign_keys: Annotated[bool, setting("Let SQLite hold foreign keys.")] = (
        True
    )
    sqlite_wal: Annotated[
        bool,
        setting("Let SQLite read while another writes (write-ahead log)."),
    ] = True
    migrations: Annotated[
        str, setting("Folder of the migrations, beside the package of the site.")
    ] = "migrations"
    models: Annotated[
        list[str],
        setting(
            "Modules whose import declares all models; by default the modules and"
            " packages named `models` in the site's package."
        ),
    ] = field(default_factory=list)
