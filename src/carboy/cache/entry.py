"""What lies in the store under a key: until when it is fresh, its tags, its value."""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from carboy.stores import DecodeError, pack, unpack

# What it is, until when it is fresh, and how many bytes of marks follow.
_HEAD = struct.Struct(">BdI")
VALUE, PAGE = 1, 2

Versions = Mapping[str, bytes]
NO_TAGS: Versions = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Mark:
    """What an entry belongs to.

    `place` is where its links lead; `token` is its own, and `beside` is that of the
    entry that it goes with.
    """

    tags: Versions = field(default_factory=lambda: NO_TAGS)
    place: str = ""
    token: bytes = b""
    beside: bytes = b""


NO_MARK = Mark()


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept value that is still packed; `data` is all of it."""

    kind: int
    fresh_until: float
    mark: Mark
    payload: memoryview
    data: bytes

    def unpack(self) -> Any:
        """Give the value; a page is none."""
        if self.kind != VALUE:
            raise DecodeError("The entry is a page, where a value is looked for.")
        return unpack(self.payload)


def write_entry(
    kind: int, payload: bytes, *, fresh_until: float = math.inf, mark: Mark = NO_MARK
) -> bytes:
    """Write an entry as the bytes that lie in the store."""
    marks = b""
    if mark is not NO_MARK:
        marks = pack([dict(mark.tags), mark.place, mark.token, mark.beside])
    return _HEAD.pack(kind, fresh_until, len(marks)) + marks + payload


def read_entry(data: bytes) -> Entry:
    """Read an entry; anything that was not written here is a `DecodeError`."""
    if len(data) < _HEAD.size:
        raise _foreign(data)
    kind, fresh_until, length = _HEAD.unpack_from(data)
    start = _HEAD.size + length
    if kind not in {VALUE, PAGE} or start > len(data) or math.isnan(fresh_until):
        raise _foreign(data)
    view = memoryview(data)
    mark = _read_mark(view[_HEAD.size : start]) if length else NO_MARK
    return Entry(kind, fresh_until, mark, view[start:], data)


def _read_mark(view: memoryview) -> Mark:
    parts = unpack(view)
    try:
        tags, place, token, beside = parts
        return Mark(dict(tags), str(place), bytes(token), bytes(beside))
    except (TypeError, ValueError) as error:
        raise DecodeError(f"The marks of an entry are damaged: {error}.") from None


def _foreign(data: bytes) -> DecodeError:
    return DecodeError(f"The bytes are not an entry of the cache: {data[:20]!r}.")
