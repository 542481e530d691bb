"""The store that the settings of the cache ask for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask

from carboy.core import AppState
from carboy.stores import (
    Clock,
    FileStore,
    MemoryStore,
    NullStore,
    Store,
    open_database,
    open_redis,
    open_store,
)

from .service import CacheService, Habits
from .settings import CacheSettings

cache_state: AppState[CacheService] = AppState("cache")


def make_service(settings: CacheSettings, app: Flask, clock: Clock) -> CacheService:
    """Make what keeps values as the settings ask."""
    is_null = settings.kind == "null"
    habits = Habits(
        timeout=settings.timeout,
        stale=settings.stale,
        wait=0 if is_null else settings.wait,
        source_check=settings.source_check,
    )
    return CacheService(
        open_cache_store(settings, app, clock),
        clock=clock,
        prefix=settings.key_prefix,
        habits=habits,
        is_shared=not is_null,
    )


def open_cache_store(settings: CacheSettings, app: Flask, clock: Clock) -> Store:
    """Open the store; nothing is connected to before it is used."""
    kind = settings.kind
    if kind == "null":
        return NullStore()
    if settings.url and (kind != "memory" or not settings.url.startswith("memory:")):
        return open_store(settings.url, clock=clock)
    if kind == "redis":
        return open_redis(redis_source(settings))
    if kind == "file":
        folder = Path(settings.dir or Path(app.instance_path) / "cache")
        return FileStore(folder, clock=clock)
    if kind == "database":
        source = _database_of(settings, app)
        return open_database(source, table=settings.table, clock=clock)
    return MemoryStore(clock=clock, limit=settings.threshold or None)


def redis_source(settings: CacheSettings) -> Any:
    """Give the URL of the Redis, made of its parts if need be, or the client given."""
    if settings.redis_url:
        return settings.redis_url
    if not isinstance(settings.redis_host, str):
        return settings.redis_host
    user = f":{quote(settings.redis_password, safe='')}@"
    user = user if settings.redis_password else ""
    last = (settings.type or "").rpartition(".")[2].lower()
    if settings.redis_sentinels or "sentinel" in last:
        hosts = ",".join(map(_host_of, settings.redis_sentinels)) or "localhost:26379"
        place = f"{settings.redis_sentinel_master}/{settings.redis_db}"
        return f"redis+sentinel://{user}{hosts}/{place}"
    if settings.redis_cluster or "cluster" in last:
        nodes = settings.redis_cluster or f"{settings.redis_host}:{settings.redis_port}"
        return f"redis+cluster://{user}{nodes.replace(' ', '')}"
    if "://" in settings.redis_host:
        return settings.redis_host
    place = f"{settings.redis_host}:{settings.redis_port}/{settings.redis_db}"
    return f"redis://{user}{place}"


def _host_of(sentinel: Any) -> str:
    if isinstance(sentinel, str):
        return sentinel
    host, port = sentinel
    return f"{host}:{port}"


def _database_of(settings: CacheSettings, app: Flask) -> Any:
    given = settings.sqlalchemy
    if given is not None and not hasattr(given, "engines"):
        return given

    def engine() -> Any:
        # Imported when it is needed: other kinds of store do without SQLAlchemy.
        from carboy.db import database_of_app  # noqa: PLC0415 - as said above

        with app.app_context():
            return (given or database_of_app(app)).engine

    made: Callable[[], Any] = engine
    return made
