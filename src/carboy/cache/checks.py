"""Checks of the cache settings."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check, check_obsolete

from .settings import CacheSettings


def check_settings(app: Flask) -> Iterator[Check]:
    """Yield a check for each setting that does less than it seems to."""
    settings = CacheSettings.read(app.config)
    kind = settings.kind
    if kind == "null" and not settings.no_null_warning:
        yield Check(
            "cache.W001",
            f"CACHE_TYPE is {settings.type!r}: nothing is cached.",
            "Set CACHE_TYPE to memory or redis, or CACHE_NO_NULL_WARNING to true.",
        )
    if (
        kind == "memory"
        and not settings.url
        and app.config.get("PROFILE") == "production"
    ):
        yield Check(
            "cache.W002",
            "CACHE_TYPE is memory: each process of the site has its own values, and "
            "what one process deletes the others still serve.",
            "Set CACHE_URL to a Redis, or CACHE_TYPE to file or database.",
        )
    yield from check_obsolete(app.config, CacheSettings.obsolete, "cache.W003")
