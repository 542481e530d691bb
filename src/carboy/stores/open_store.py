"""A store from its address; what a kind of store needs is imported when it is used."""

from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from carboy.core import quote_credentials
from carboy.errors import SettingsError

from .base import Clock, PrefixedStore, Store, now
from .file import FileStore
from .memory import MemoryStore

_EXTRAS = {"redis": "redis", "pymysql": "mysql", "psycopg": "postgresql"}


def open_store(url: str, *, prefix: str = "", clock: Clock = now) -> Store:
    """Open the store at `url`; nothing is connected to before it is used.

    `memory://`, `file:///folder`, `redis://…`, `rediss://…`, `unix://…`,
    `redis+sentinel://a,b/service/0`, `redis+cluster://a,b`, or a database:
    `sqlite:///file`, `postgresql://…`, `mysql://…`, `mariadb://…`.
    """
    store = _open(url, clock)
    return PrefixedStore(store, prefix) if prefix else store


def open_redis(source: Any) -> Store:
    """Open the store behind a URL or a client of redis-py."""
    store: Store = _load("redis", "RedisStore", "redis")(source)
    return store


def open_database(source: Any, *, table: str = "", clock: Clock = now) -> Store:
    """Open the store in a table, behind a URL, an engine or a function giving one."""
    named = {"table": table} if table else {}
    make = _load("database", "DatabaseStore", "sqlalchemy")
    store: Store = make(source, clock=clock, **named)
    return store


def _open(url: str, clock: Clock) -> Store:
    parts = urlsplit(quote_credentials(url))
    scheme, _, kind = parts.scheme.partition("+")
    if scheme == "memory":
        return MemoryStore(clock=clock)
    if scheme == "file" and parts.path:
        return FileStore(Path(unquote(parts.netloc + parts.path)), clock=clock)
    if scheme in {"redis", "rediss", "unix"} and kind in {"", "sentinel", "cluster"}:
        return open_redis(url)
    if scheme in {"sqlite", "postgresql", "mysql", "mariadb"}:
        return open_database(url, clock=clock)
    raise SettingsError(
        f"An address that begins with {parts.scheme!r} is not the address of a store. "
        f"Write memory://, file:///folder, redis://host:6379/0, or the URL of a "
        f"database such as sqlite:///stores.sqlite."
    )


def _load(module: str, name: str, needed: str) -> Any:
    try:
        return getattr(import_module(f"{__package__}.{module}"), name)
    except ModuleNotFoundError as error:
        missing = error.name or needed
        extra = _EXTRAS.get(missing, missing)
        raise SettingsError(
            f"A store in {module} needs the package {missing}, which is not "
            f"installed. Install it with: pip install 'carboy[{extra}]'."
        ) from None
