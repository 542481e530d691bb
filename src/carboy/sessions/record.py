"""A session as it lies in a store: its values, whose it is, and since when."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import msgspec

from carboy.stores import DecodeError

from .session import PERMANENT

# Begins what lies in the place of a session that got a new id; the hash of that
# follows, so that an end finds where the session went.
MOVED = b"\xc1moved:"
_YES = b"\xc3"


class Record(msgspec.Struct, array_like=True, frozen=True):
    """One session; `values` are packed one by one."""

    values: dict[str, msgspec.Raw]
    created: float
    seen: float
    user: str | None = None
    epoch: str | None = None
    agent: str = ""
    address: str = ""

    @property
    def permanent(self) -> bool:
        """Whether it outlives the browser."""
        kept = self.values.get(PERMANENT)
        return kept is not None and bytes(kept) == _YES

    def pack(self) -> bytes:
        """Write it for a store."""
        return _encoder.encode(self)

    def replace(self, **changes: Any) -> Record:
        """Give a copy with other fields."""
        return msgspec.structs.replace(self, **changes)


class SessionInfo(msgspec.Struct, frozen=True):
    """One session of a user, for a list of devices; `handle` is not its id."""

    handle: str
    created: float
    seen: float
    agent: str
    address: str
    is_current: bool = False


def read_record(data: bytes) -> Record:
    """Read what `Record.pack` wrote; anything else is a `DecodeError`."""
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise DecodeError(f"The bytes are not a session: {error}.") from None


def find_successor(data: bytes) -> str | None:
    """Give the handle of the session that this one became, or None."""
    return data[len(MOVED) :].decode() if data.startswith(MOVED) else None


def make_id(length: int) -> str:
    """Make an id that nobody guesses."""
    return secrets.token_urlsafe(length)


def hash_id(session_id: str) -> str:
    """Give what a store may know of an id."""
    return hashlib.sha256(session_id.encode("utf-8", "surrogatepass")).hexdigest()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Record)
