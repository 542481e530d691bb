"""Checks of the cache settings."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check

from .settings import CacheSettings

# Settings of Flask-Caching that have no effect here.
_UNUSED = {
    "CACHE_ARGS": "The options of a store have settings of their own.",
    "CACHE_OPTIONS": "The options of a store have settings of their own.",
    "CACHE_SERIALIZER": "Values are always encoded as tagged msgpack.",
    "CACHE_HASH_METHOD": "Keys always have 128 bits of BLAKE2.",
    "CACHE_FILE_HASH_METHOD": "File names always have 256 bits of SHA-256.",
    "CACHE_MEMCACHED_SERVERS": "Use Redis: CACHE_URL=redis://host:6379/0.",
}


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
    for name, hint in _UNUSED.items():
        if app.config.get(name):
            yield Check("cache.W003", f"{name} is set and has no effect.", hint)
