"""Make the cache service and its store from the settings."""

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

from .service import CacheDefaults, CacheService
from .settings import CacheSettings

cache_state: AppState[CacheService] = AppState("cache")


def make_service(settings: CacheSettings, app: Flask, clock: Clock) -> CacheService:
    """Make the cache service of an app."""
    is_null = settings.kind == "null"
    defaults = CacheDefaults(
        timeout=settings.timeout,
        stale=settings.stale,
        wait=0 if is_null else settings.wait,
        source_check=settings.source_check,
    )
    return CacheService(
        open_cache_store(settings, app, clock),
        clock=clock,
        prefix=settings.key_prefix,
        defaults=defaults,
        is_shared=not is_null,
    )


def open_cache_store(settings: CacheSettings, app: Flask, clock: Clock) -> Store:
    """Open the store of the settings; connections are made when it is used."""
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
    """Return the URL of the Redis, from its parts if need be, or a client object."""
    if settings.redis_url:
        return settings.redis_url
    if not isinstance(settings.redis_host, str):
        return settings.redis_host
    credentials = f":{quote(settings.redis_password, safe='')}@"
    credentials = credentials if settings.redis_password else ""
    type_name = (settings.type or "").rpartition(".")[2].lower()
    if settings.redis_sentinels or "sentinel" in type_name:
        hosts = ",".join(map(_host_of, settings.redis_sentinels)) or "localhost:26379"
        path = f"{settings.redis_sentinel_master}/{settings.redis_db}"
        return f"redis+sentinel://{credentials}{hosts}/{path}"
    if settings.redis_cluster or "cluster" in type_name:
        nodes = settings.redis_cluster or f"{settings.redis_host}:{settings.redis_port}"
        return f"redis+cluster://{credentials}{nodes.replace(' ', '')}"
    if "://" in settings.redis_host:
        return settings.redis_host
    address = f"{settings.redis_host}:{settings.redis_port}/{settings.redis_db}"
    return f"redis://{credentials}{address}"


def _host_of(sentinel: Any) -> str:
    if isinstance(sentinel, str):
        return sentinel
    host, port = sentinel
    return f"{host}:{port}"


def _database_of(settings: CacheSettings, app: Flask) -> Any:
    source = settings.sqlalchemy
    if source is not None and not hasattr(source, "engines"):
        return source

    def get_engine() -> Any:
        # Imported when it is used: the other stores work without SQLAlchemy.
        from carboy.db import database_of_app  # noqa: PLC0415 - only this store needs it

        with app.app_context():
            return (source or database_of_app(app)).engine

    source_function: Callable[[], Any] = get_engine
    return source_function
