"""Make the engine of one database as the settings say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool, StaticPool

from carboy.db.settings import DatabaseSettings

from .autobegin import install_lazy_begin, knows
from .mysql import tune_mysql
from .outages import install_outages
from .sqlalchemy1 import allow_old_ways
from .sqlite import ClosingConnection, tune_sqlite
from .urls import in_folder, is_in_memory, is_sqlite, make_url

DEFAULT_THREADS = 8


def make_engine(
    settings: DatabaseSettings, options: dict[str, Any], folder: Path
) -> sa.Engine:
    """Make an engine; `options` are those of `create_engine`, with `url`."""
    told = dict(options)
    url = in_folder(make_url(told.pop("url")), folder)
    if is_sqlite(url):
        made = _sqlite_options(settings, url)
    else:
        made = _pool_options(settings) | _server_options(settings, url)
    made |= {"echo": settings.echo, "echo_pool": settings.echo, "hide_parameters": True}
    made["connect_args"] = made.get("connect_args", {}) | told.pop("connect_args", {})
    if told.get("poolclass") is not None:
        _forget_pool_size(made, told["poolclass"])
    is_lazy = not settings.snapshot_reads and "isolation_level" not in told
    if is_lazy and knows(url.get_dialect().driver):
        # Its own reset asks the server even when nothing was begun.
        made["pool_reset_on_return"] = None
    made |= told
    # `engine_from_config` reads options that came as text, such as "True".
    engine = allow_old_ways(sa.engine_from_config({"url": url, **made}, prefix=""))
    _tune(engine, settings, is_lazy=is_lazy)
    return engine


def _sqlite_options(settings: DatabaseSettings, url: sa.URL) -> dict[str, Any]:
    timeout = {
        "timeout": settings.sqlite_busy_timeout,
        "factory": ClosingConnection,
    }
    if is_in_memory(url):
        return {
            "poolclass": StaticPool,
            "connect_args": timeout | {"check_same_thread": False},
        }
    options = _pool_options(settings)
    options.pop("pool_recycle", None)
    extra: dict[str, Any] = {"check_same_thread": False}
    if (url.database or "").startswith("file:"):
        extra["uri"] = True
    return options | {"connect_args": timeout | extra}


def _pool_options(settings: DatabaseSettings) -> dict[str, Any]:
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


def _forget_pool_size(options: dict[str, Any], poolclass: Any) -> None:
    if not hasattr(poolclass, "overflow"):
        for name in (
            "pool_size",
            "max_overflow",
            "pool_timeout",
            "pool_use_lifo",
        ):
            options.pop(name, None)


def _server_options(settings: DatabaseSettings, url: sa.URL) -> dict[str, Any]:
    driver = url.get_dialect().driver
    if driver == "psycopg":
        limit = int(settings.statement_timeout * 1000)
        arguments: dict[str, Any] = {"connect_timeout": settings.connect_timeout}
        if limit and "options" not in url.query:
            arguments["options"] = f"-c statement_timeout={limit}"
        return {"connect_args": arguments}
    if driver == "pymysql":
        arguments = {"connect_timeout": settings.connect_timeout}
        if "charset" not in url.query:
            arguments["charset"] = "utf8mb4"
        return {"connect_args": arguments}
    return {}


def _tune(engine: sa.Engine, settings: DatabaseSettings, *, is_lazy: bool) -> None:
    if is_sqlite(engine.url):
        tune_sqlite(engine, settings, file=not is_in_memory(engine.url))
    if engine.dialect.driver == "pymysql":
        tune_mysql(engine, settings.statement_timeout)
    if is_lazy:
        install_lazy_begin(engine)
    install_outages(engine)
