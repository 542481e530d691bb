"""A session as stored: its values, its user and its timestamps."""

import hashlib
import secrets
from typing import Any, Self

import msgspec

from carboy.stores import DecodeError, unpack

from .session import DEVICE, PERMANENT

# Begins the entry that replaces a session whose id was changed; the hash of the new
# id follows, so that ending the old session also finds the new one.
RENAMED = b"\xc1moved:"
_PACKED_TRUE = b"\xc3"


class Record(msgspec.Struct, array_like=True, frozen=True):
    """One session; each of `values` is packed by itself."""

    values: dict[str, msgspec.Raw]
    created: float
    seen: float
    user: str | None = None
    epoch: str | None = None
    agent: str = ""
    address: str = ""

    @property
    def permanent(self) -> bool:
        """Whether the session outlives the browser."""
        flag = self.values.get(PERMANENT)
        return flag is not None and bytes(flag) == _PACKED_TRUE

    @property
    def device(self) -> str:
        """The device of the login, or an empty text."""
        value = self.values.get(DEVICE)
        named = None if value is None else unpack(bytes(value))
        return named if isinstance(named, str) else ""

    def pack(self) -> bytes:
        """Return the bytes for a store."""
        return _encoder.encode(self)

    def replace(self, **fields: Any) -> Self:
        """Return a copy with other fields."""
        return msgspec.structs.replace(self, **fields)


class SessionInfo(msgspec.Struct, frozen=True):
    """One session of a user, for a list of devices; `handle` is not its id."""

    handle: str
    created: float
    seen: float
    agent: str
    address: str
    is_current: bool = False
    device: str = ""


def read_record(data: bytes) -> Record:
    """Parse the result of `Record.pack`; raise `DecodeError` for anything else."""
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise DecodeError(f"The bytes are not a session: {error}.") from None


def find_successor(data: bytes) -> str | None:
    """Return the handle of the session that this one was renamed to, or None."""
    return data[len(RENAMED) :].decode() if data.startswith(RENAMED) else None


def make_id(length: int) -> str:
    """Return a random id of `length` bytes."""
    return secrets.token_urlsafe(length)


def hash_id(session_id: str) -> str:
    """Return the hash that identifies a session in a store."""
    return hashlib.sha256(session_id.encode("utf-8", "surrogatepass")).hexdigest()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Record)
