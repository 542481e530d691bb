"""Bytes and counts under a key, for a while: one contract, in memory or served."""

from .base import Change, Clock, NotACountError, PrefixedStore, Store
from .codec import DecodeError, EncodeError, pack, pack_canonical, unpack, unpack_raw
from .file import FileStore
from .memory import MemoryStore
from .null import NullStore
from .open_store import open_database, open_redis, open_store

__all__ = [
    "Change",
    "Clock",
    "DecodeError",
    "EncodeError",
    "FileStore",
    "MemoryStore",
    "NotACountError",
    "NullStore",
    "PrefixedStore",
    "Store",
    "open_database",
    "open_redis",
    "open_store",
    "pack",
    "pack_canonical",
    "unpack",
    "unpack_raw",
]
