"""What may be wrong with the settings of the cache."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check

from .settings import CacheSettings

# Settings of Flask-Caching that mean nothing here.
_UNUSED = {
    "CACHE_ARGS": "What a store needs is in its own setting.",
    "CACHE_OPTIONS": "What a store needs is in its own setting.",
    "CACHE_SERIALIZER": "Values are always written as tagged msgpack.",
    "CACHE_HASH_METHOD": "Keys always have 128 bits of BLAKE2.",
    "CACHE_FILE_HASH_METHOD": "File names always have 256 bits of SHA-256.",
    "CACHE_MEMCACHED_SERVERS": "Use Redis: CACHE_URL=redis://host:6379/0.",
}


def find_mistakes(app: Flask) -> Iterator[Check]:
    """Look for settings that do less than they seem to."""
    settings = CacheSettings.read(app.config)
    kind = settings.kind
    if kind == "null" and not settings.no_null_warning:
        yield Check(
            "cache.W001",
            f"CACHE_TYPE is {settings.type!r}: nothing is kept.",
            "Set CACHE_TYPE to memory or redis, or CACHE_NO_NULL_WARNING to true.",
        )
    if (
        kind == "memory"
        and not settings.url
        and app.config.get("PROFILE") == "production"
    ):
        yield Check(
            "cache.W002",
            "CACHE_TYPE is memory: each process of the site keeps its own values, and "
            "what one deletes the others go on giving.",
            "Set CACHE_URL to a Redis, or CACHE_TYPE to file or database.",
        )
    for name, hint in _UNUSED.items():
        if app.config.get(name):
            yield Check("cache.W003", f"{name} is set and does nothing.", hint)
