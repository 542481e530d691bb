"""Opens a store by URL; its driver is imported only then."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from carboy.core import quote_credentials
from carboy.errors import SettingsError
from carboy.extras import extra_of_module
from carboy.install_source import make_install_command

from .base import Clock, PrefixedStore, Store, now
from .file import FileStore
from .memory import MemoryStore

_REDIS_KINDS = {
    "redis": {"", "sentinel", "cluster"},
    "rediss": {"", "sentinel", "cluster"},
    "unix": {""},
}
_EXTRAS = {"redis": "redis", "pymysql": "mysql", "psycopg": "postgresql"}


def open_store(url: str, *, prefix: str = "", clock: Clock = now) -> Store:
    """Return the store at `url`; it connects when it is first used.

    `memory://`, `file:///folder`, `redis://…`, `rediss://…`, `unix://…`,
    `redis+sentinel://a,b/service/0`, `redis+cluster://a,b`, or a database:
    `sqlite:///file`, `postgresql://…`, `mysql://…`, `mariadb://…`.
    """
    store = _open(url, clock)
    return PrefixedStore(store, prefix) if prefix else store


def open_redis(source: Any) -> Store:
    """Return the store of a URL or a redis-py client."""
    store: Store = _load("redis", "RedisStore", "redis")(source)
    return store


def open_database(source: Any, *, table: str = "", clock: Clock = now) -> Store:
    """Return the store in a table of a URL, an engine or a function returning one."""
    options = {"table": table} if table else {}
    make = _load("database", "DatabaseStore", "sqlalchemy")
    store: Store = make(source, clock=clock, **options)
    return store


def open_site_store(url: str, find_engine: Callable[[], Any], table: str) -> Store:
    """Return the store of a battery: at a URL, or a table in the site's database.

    Without a URL, and without a database that other processes see, it is in memory;
    `find_engine` returns None for a site without a database.
    """
    if url:
        return open_store(url)
    engine = find_engine()
    if engine is None or (engine.dialect.name == "sqlite" and not engine.url.database):
        return MemoryStore()
    return open_database(engine, table=table)


def _open(url: str, clock: Clock) -> Store:
    parts = urlsplit(quote_credentials(url))
    scheme, _, kind = parts.scheme.partition("+")
    if scheme == "memory":
        return MemoryStore(clock=clock)
    if scheme == "file" and parts.path:
        return FileStore(Path(unquote(parts.netloc + parts.path)), clock=clock)
    if kind in _REDIS_KINDS.get(scheme, ()):
        return open_redis(url)
    if scheme in {"sqlite", "postgresql", "mysql", "mariadb"}:
        return open_database(url, clock=clock)
    raise SettingsError(
        f"A URL that begins with {parts.scheme!r} is not that of a store. Use "
        f"memory://, file:///folder, redis://host:6379/0, or the URL of a database "
        f"such as sqlite:///stores.sqlite."
    )


def _load(module: str, name: str, needed: str) -> Any:
    try:
        return getattr(import_module(f"{__package__}.{module}"), name)
    except ModuleNotFoundError as error:
        missing = error.name or needed
        extra = _EXTRAS.get(missing) or extra_of_module(missing) or missing
        raise SettingsError(
            f"The {module} store requires the package {missing}, which is not "
            f"installed. Install it with: {make_install_command(extra)}."
        ) from None
