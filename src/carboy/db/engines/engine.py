"""Make the engine of one database as the settings say, and count its connections."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.pool import NullPool, Pool, QueuePool, StaticPool

from carboy.db.settings import DatabaseSettings
from carboy.errors import SettingsError

from .autobegin import install_autobegin, is_supported
from .forks import close_before_fork, reconnect_after_fork
from .mysql import configure_mysql
from .outages import install_outages
from .postgresql import configure_psycopg
from .sqlalchemy1 import enable_1x_api
from .sqlite import ClosingConnection, configure_sqlite
from .urls import (
    explain_missing_driver,
    is_in_memory,
    is_sqlite,
    make_url,
    resolve_sqlite_path,
)

DEFAULT_THREADS = 8

# Options of `create_engine`, by name.
EngineOptions: TypeAlias = dict[str, object]

_QUEUE_OPTIONS = ("pool_size", "max_overflow", "pool_timeout", "pool_use_lifo")
# No option of the engine: flushes of one with options are left to SQLAlchemy.
_lazy_loading: WeakKeyDictionary[sa.Engine, str] = WeakKeyDictionary()


def make_engine(
    settings: DatabaseSettings, options: Mapping[str, object], folder: Path
) -> sa.Engine:
    """Make an engine; `options` are those of `create_engine`, with `url`."""
    own = dict(options)
    url = resolve_sqlite_path(make_url(own.pop("url")), folder)
    if is_sqlite(url):
        defaults = _sqlite_options(settings, url)
        arguments = _sqlite_arguments(settings, url)
    else:
        defaults = _pool_options(settings)
        arguments = _server_arguments(settings, url)
    defaults |= {"echo": settings.echo, "echo_pool": settings.echo}
    defaults["hide_parameters"] = True
    own_arguments = own.pop("connect_args", None)
    if isinstance(own_arguments, Mapping):
        arguments |= own_arguments
    if own.get("poolclass") is not None and not hasattr(own["poolclass"], "overflow"):
        for name in _QUEUE_OPTIONS:
            defaults.pop(name, None)
    begins_late = not settings.snapshot_reads and "isolation_level" not in own
    if begins_late and is_supported(url.get_dialect().driver):
        # Its own reset asks the server even when nothing was begun.
        defaults["pool_reset_on_return"] = None
    given = {"url": url, **defaults, "connect_args": arguments, **own}
    try:
        # It reads options that came as text, such as "True".
        engine = enable_1x_api(sa.engine_from_config(given, prefix=""))
    except ImportError as error:
        raise SettingsError(explain_missing_driver(url, error)) from None
    _configure(engine, settings, begins_late=begins_late)
    set_lazy_loading(engine, settings.lazy_loading)
    return engine


def set_lazy_loading(engine: sa.Engine, mode: str) -> None:
    """Set what a relationship loads: `DATABASE_LAZY_LOADING`."""
    _lazy_loading[engine] = mode


def get_lazy_loading(engine: sa.Engine | None) -> str:
    """Return what a relationship loads in sessions of an engine."""
    return "peers" if engine is None else _lazy_loading.get(engine, "peers")


def count_in_use(engines: Iterable[sa.Engine]) -> float:
    """Count the connections that are in use now."""
    return float(sum(_count(engine.pool, QueuePool.checkedout) for engine in engines))


def count_slots(engines: Iterable[sa.Engine]) -> float:
    """Count the connections that the pools keep open at most."""
    return float(sum(_count(engine.pool, QueuePool.size) for engine in engines))


def _count(pool: Pool, count: Callable[[QueuePool], int]) -> int:
    return count(pool) if isinstance(pool, QueuePool) else 0


def _sqlite_options(settings: DatabaseSettings, url: sa.URL) -> EngineOptions:
    if is_in_memory(url):
        return {"poolclass": StaticPool}
    options = _pool_options(settings)
    options.pop("pool_recycle", None)
    return options


def _sqlite_arguments(settings: DatabaseSettings, url: sa.URL) -> EngineOptions:
    arguments: EngineOptions = {
        "timeout": settings.sqlite_busy_timeout,
        "factory": ClosingConnection,
        "check_same_thread": False,
    }
    if not is_in_memory(url) and (url.database or "").startswith("file:"):
        arguments["uri"] = True
    return arguments


def _pool_options(settings: DatabaseSettings) -> EngineOptions:
    if settings.pool_size == 0:
        return {"poolclass": NullPool}
    return {
        "pool_size": settings.pool_size or DEFAULT_THREADS,
        "max_overflow": settings.max_overflow,
        "pool_timeout": settings.pool_timeout,
        "pool_recycle": settings.pool_recycle,
        # The connection used last is the one that is surely alive.
        "pool_use_lifo": True,
    }


def _server_arguments(settings: DatabaseSettings, url: sa.URL) -> EngineOptions:
    driver = url.get_dialect().driver
    arguments: EngineOptions = {"connect_timeout": settings.connect_timeout}
    if driver == "psycopg":
        limit = int(settings.statement_timeout * 1000)
        if limit and "options" not in url.query:
            arguments["options"] = f"-c statement_timeout={limit}"
        return arguments
    if driver == "pymysql":
        if "charset" not in url.query:
            arguments["charset"] = "utf8mb4"
        return arguments
    return {}


def _configure(
    engine: sa.Engine, settings: DatabaseSettings, *, begins_late: bool
) -> None:
    if is_sqlite(engine.url):
        is_file = not is_in_memory(engine.url)
        if is_file:
            close_before_fork(engine)
        configure_sqlite(
            engine,
            synchronous=settings.sqlite_synchronous,
            busy_timeout=settings.sqlite_busy_timeout,
            foreign_keys=settings.sqlite_foreign_keys,
            wal=settings.sqlite_wal and is_file,
        )
    else:
        reconnect_after_fork(engine)
    if engine.dialect.driver == "pymysql":
        configure_mysql(engine, settings.statement_timeout)
    configure_psycopg(engine)
    if begins_late:
        install_autobegin(engine)
    install_outages(engine)
