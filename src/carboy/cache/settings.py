"""What the cache can be told; the names of Flask-Caching work."""

from typing import Annotated, Any, ClassVar

import msgspec

from carboy.core import Section, setting
from carboy.errors import SettingsError

KINDS = ("memory", "redis", "file", "database", "null")
# Words for the same thing that are or were in use, in lower case.
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
    """Where values are kept, for how long, and how many at most."""

    prefix: ClassVar[str] = "CACHE"

    type: Annotated[
        str | None,
        setting(
            "memory, redis, file, database or null; Flask-Caching's names work too. "
            "Unset, memory, or what CACHE_URL says."
        ),
    ] = None
    url: Annotated[
        str,
        setting(
            "Address of the store: redis://host:6379/0, file:///folder, "
            "sqlite:///cache.sqlite. It says the type, too."
        ),
    ] = ""
    timeout: Annotated[
        float,
        setting(
            "Seconds for which a value is kept if nothing else is said; 0 is until it "
            "is deleted.",
            old=("CACHE_DEFAULT_TIMEOUT",),
            ge=0,
        ),
    ] = 300
    key_prefix: Annotated[str, setting("Prefix of each key in the store.")] = "cache:"
    stale: Annotated[
        float,
        setting(
            "Seconds after its time for which a value is still given while one "
            "request makes the new one.",
            ge=0,
        ),
    ] = 0
    wait: Annotated[
        float,
        setting(
            "Longest wait in seconds for a value that another request is making; 0 "
            "lets each make its own.",
            ge=0,
        ),
    ] = 5
    threshold: Annotated[
        int, setting("How many values the type memory keeps; 0 is any number.", ge=0)
    ] = 10_000
    dir: Annotated[str, setting("Folder of the type file; unset, instance/cache.")] = ""
    redis_url: Annotated[
        str,
        setting("Address of the Redis if the type is redis or unset, and no other."),
    ] = ""
    redis_host: Annotated[
        Any, setting("Host of the Redis when no URL is given, or a client of redis-py.")
    ] = "localhost"
    redis_port: Annotated[int, setting("Port of that Redis.", ge=1, le=65535)] = 6379
    redis_password: Annotated[str, setting("Password of that Redis.", secret=True)] = ""
    redis_db: Annotated[int, setting("Number of the database there.", ge=0)] = 0
    redis_sentinels: Annotated[
        list[Any],
        setting("Sentinels, as ('host', port) pairs or 'host:port' texts."),
    ] = msgspec.field(default_factory=list)
    redis_sentinel_master: Annotated[
        str, setting("Name of the service that the Sentinels watch.")
    ] = "mymaster"
    redis_cluster: Annotated[
        str, setting("Some nodes of a Redis Cluster: host:port,host:port.")
    ] = ""
    sqlalchemy: Annotated[
        Any, setting("A db object or an engine; unset, the app's own database.")
    ] = None
    table: Annotated[
        str, setting("Table of the type database; made when it is missed.")
    ] = "carboy_cache"
    no_null_warning: Annotated[
        bool, setting("Do not warn that the type null keeps nothing.")
    ] = False
    source_check: Annotated[
        bool,
        setting("Forget what a function made when its source text changes."),
    ] = False
    ignore_errors: Annotated[
        bool,
        setting(
            "Honoured for old settings: an outage of the cache is never an error, "
            "whatever this says."
        ),
    ] = True

    @property
    def kind(self) -> str:
        """The type under its name of today."""
        if self.type is None:
            return "redis" if self.redis_url else "memory"
        given = self.type.rpartition(".")[2].lower()
        kind = _TYPES.get(given, given)
        if kind not in KINDS:
            raise SettingsError(
                f"CACHE_TYPE = {self.type!r} is not known. It is one of "
                f"{', '.join(KINDS)}; {_advice(given)}"
            )
        return kind


def _advice(given: str) -> str:
    if "memcache" in given:
        return "memcached is not among them: use redis."
    return "for another server give its address as CACHE_URL."
