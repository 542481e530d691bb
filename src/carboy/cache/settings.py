"""The settings of the cache; the names of Flask-Caching work."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec

from carboy.core import Section, setting
from carboy.errors import SettingsError

KINDS = ("memory", "redis", "file", "database", "null")
# Other names of the types, in lower case.
_TYPES = {
    "simple": "memory",
    "simplecache": "memory",
    "rediscache": "redis",
    "redissentinel": "redis",
    "redissentinelcache": "redis",
    "rediscluster": "redis",
    "redisclustercache": "redis",
    "filesystem": "file",
    "filesystemcache": "file",
    "sqlalchemy": "database",
    "db": "database",
    "nullcache": "null",
    "none": "null",
    "": "null",
}


class CacheSettings(Section, frozen=True, kw_only=True):
    """Where values are stored, for how long, and how many at most."""

    prefix: ClassVar[str] = "CACHE"

    obsolete: ClassVar[Mapping[str, str]] = {
        "CACHE_ARGS": "The options of a store have settings of their own.",
        "CACHE_OPTIONS": "The options of a store have settings of their own.",
        "CACHE_SERIALIZER": "Values are always encoded as tagged msgpack.",
        "CACHE_HASH_METHOD": "Keys always have 128 bits of BLAKE2.",
        "CACHE_FILE_HASH_METHOD": "File names always have 256 bits of SHA-256.",
        "CACHE_MEMCACHED_SERVERS": "Use Redis: CACHE_URL=redis://host:6379/0.",
    }

    type: Annotated[
        str | None,
        setting(
            "memory, redis, file, database or null; Flask-Caching's names work too. "
            "Unset: memory, or the type of CACHE_URL."
        ),
    ] = None
    url: Annotated[
        str,
        setting(
            "Address of the store: redis://host:6379/0, file:///folder, "
            "sqlite:///cache.sqlite. It determines the type, too."
        ),
    ] = ""
    timeout: Annotated[
        float,
        setting(
            "Seconds for which a value is cached by default; 0: until it is deleted.",
            old=("CACHE_DEFAULT_TIMEOUT",),
            ge=0,
        ),
    ] = 300
    key_prefix: Annotated[str, setting("Prefix of each key in the store.")] = "cache:"
    stale: Annotated[
        float,
        setting(
            "Seconds after its timeout for which a value is still served while one "
            "request computes the new one.",
            ge=0,
        ),
    ] = 0
    wait: Annotated[
        float,
        setting(
            "Longest wait in seconds for a value that another request computes; 0: "
            "each request computes its own.",
            ge=0,
        ),
    ] = 5
    threshold: Annotated[
        int, setting("How many values the type memory holds; 0: any number.", ge=0)
    ] = 10_000
    dir: Annotated[str, setting("Folder of the type file; unset: instance/cache.")] = ""
    redis_url: Annotated[
        str,
        setting("Address of the Redis; used if the type is redis or unset."),
    ] = ""
    redis_host: Annotated[
        Any, setting("Host of the Redis without a URL, or a client of redis-py.")
    ] = "localhost"
    redis_port: Annotated[int, setting("Port of this Redis.", ge=1, le=65535)] = 6379
    redis_password: Annotated[str, setting("Password of this Redis.", secret=True)] = ""
    redis_db: Annotated[int, setting("Number of the database in it.", ge=0)] = 0
    redis_sentinels: Annotated[
        list[Any],
        setting("Sentinels, as ('host', port) pairs or 'host:port' strings."),
    ] = msgspec.field(default_factory=list)
    redis_sentinel_master: Annotated[
        str, setting("Name of the service that the Sentinels monitor.")
    ] = "mymaster"
    redis_cluster: Annotated[
        str, setting("Some nodes of a Redis Cluster: host:port,host:port.")
    ] = ""
    sqlalchemy: Annotated[
        Any, setting("A db object or an engine; unset: the database of the app.")
    ] = None
    table: Annotated[
        str, setting("Table of the type database; created if it does not exist.")
    ] = "carboy_cache"
    no_null_warning: Annotated[
        bool, setting("Do not warn that the type null stores nothing.")
    ] = False
    source_check: Annotated[
        bool,
        setting("Ignore the results of a function when its source code has changed."),
    ] = False
    ignore_errors: Annotated[
        bool,
        setting(
            "Accepted for old settings and without effect: an outage of the cache is "
            "never an error."
        ),
    ] = True

    @property
    def kind(self) -> str:
        """The type under its current name."""
        if self.type is None:
            return "redis" if self.redis_url else "memory"
        name = self.type.rpartition(".")[2].lower()
        kind = _TYPES.get(name, name)
        if kind not in KINDS:
            raise SettingsError(
                f"CACHE_TYPE = {self.type!r} is unknown. Set it to one of "
                f"{', '.join(KINDS)}; {_advice(name)}"
            )
        return kind


def _advice(name: str) -> str:
    if "memcache" in name:
        return "memcached is not supported: use redis."
    return "for another server set its address as CACHE_URL."
