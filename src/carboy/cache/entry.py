"""The bytes under one key of the store: fresh until when, its tags, its value."""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from carboy.stores import DecodeError, pack, unpack

# The kind, the end of its freshness, and the length of the metadata that follows.
_HEADER = struct.Struct(">BdI")
VALUE, PAGE = 1, 2

TagVersions = Mapping[str, bytes]
NO_TAGS: TagVersions = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EntryMeta:
    """What an entry depends on.

    `origin` is where links in a page lead: scheme, host and mount point. `token`
    identifies this entry, and `primary_token` the entry of another origin that this
    one is valid with.
    """

    tags: TagVersions = field(default_factory=lambda: NO_TAGS)
    origin: str = ""
    token: bytes = b""
    primary_token: bytes = b""


NO_META = EntryMeta()


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A cached value, still encoded; `data` is the whole entry."""

    kind: int
    fresh_until: float
    meta: EntryMeta
    payload: memoryview
    data: bytes

    def unpack(self) -> Any:
        """Return the value; raise `DecodeError` for a page."""
        if self.kind != VALUE:
            raise DecodeError("The entry is a page, and a value was expected.")
        return unpack(self.payload)


def encode_entry(
    kind: int,
    payload: bytes,
    *,
    fresh_until: float = math.inf,
    meta: EntryMeta = NO_META,
) -> bytes:
    """Encode an entry as the bytes that the store holds."""
    packed = b""
    if meta is not NO_META:
        packed = pack([dict(meta.tags), meta.origin, meta.token, meta.primary_token])
    return _HEADER.pack(kind, fresh_until, len(packed)) + packed + payload


def decode_entry(data: bytes) -> CacheEntry:
    """Decode an entry; raise `DecodeError` for bytes that are not one."""
    if len(data) < _HEADER.size:
        raise _not_an_entry(data)
    kind, fresh_until, length = _HEADER.unpack_from(data)
    start = _HEADER.size + length
    if kind not in {VALUE, PAGE} or start > len(data) or math.isnan(fresh_until):
        raise _not_an_entry(data)
    view = memoryview(data)
    meta = _decode_meta(view[_HEADER.size : start]) if length else NO_META
    return CacheEntry(kind, fresh_until, meta, view[start:], data)


def _decode_meta(view: memoryview) -> EntryMeta:
    parts = unpack(view)
    try:
        tags, origin, token, primary_token = parts
        return EntryMeta(dict(tags), str(origin), bytes(token), bytes(primary_token))
    except (TypeError, ValueError) as error:
        raise DecodeError(f"The metadata of an entry is damaged: {error}.") from None


def _not_an_entry(data: bytes) -> DecodeError:
    return DecodeError(f"The bytes are not an entry of the cache: {data[:20]!r}.")
