"""Key-value stores with expiry: one contract, in memory, files, databases or Redis.

Values are bytes and counters; `pack` and `unpack` convert Python values. The cache
and the sessions, which use stores, are batteries of their own.
"""

from .base import Change, Clock, NotACountError, PrefixedStore, Store
from .codec import DecodeError, EncodeError, pack, pack_canonical, unpack, unpack_raw
from .file import FileStore
from .limits import (
    Limit,
    count_use,
    hash_subject,
    normalize_address,
    seconds_to_wait,
    uncount_use,
)
from .memory import MemoryStore
from .null import NullStore
from .open_store import open_database, open_redis, open_site_store, open_store
from .redis_url import RedisUrl, parse_sentinel_url

__all__ = [
    "Change",
    "Clock",
    "DecodeError",
    "EncodeError",
    "FileStore",
    "Limit",
    "MemoryStore",
    "NotACountError",
    "NullStore",
    "PrefixedStore",
    "RedisUrl",
    "Store",
    "count_use",
    "hash_subject",
    "normalize_address",
    "open_database",
    "open_redis",
    "open_site_store",
    "open_store",
    "pack",
    "pack_canonical",
    "parse_sentinel_url",
    "seconds_to_wait",
    "uncount_use",
    "unpack",
    "unpack_raw",
]
