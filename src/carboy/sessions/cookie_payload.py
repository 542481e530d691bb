"""A session as stored in its client's cookies, and how parallel writes are merged.

The main cookie contains everything, and the times of the latest writes by key. Each
write also sets a short-lived cookie with a delta: only its own changes. Two responses
that cross overwrite each other's main cookie, but not each other's deltas: the next
request has the delta that the main cookie lacks, and applies it.
"""

import base64
import binascii
import zlib
from collections.abc import Iterable
from typing import Self, TypeVar

import msgspec

from carboy.stores import DecodeError

from .record import Record
from .session import Changes

T = TypeVar("T")

# How long a delta lives. A request that takes longer may undo another's write.
WINDOW = 30.0
# Shorter contents are not compressed.
MIN_COMPRESSED_BYTES = 256
# A cookie that decompresses to more is an attack.
MAX_UNPACKED_BYTES = 65_536
# Two stamps that differ by less may be the same float.
_TICK = 1e-6


class Payload(msgspec.Struct, array_like=True, frozen=True):
    """The content of the main cookie."""

    id: str
    record: Record
    written: dict[str, float] = msgspec.field(default_factory=dict)

    def with_changes(self, changes: Changes, now: float) -> Self:
        """Return the payload after a write.

        The write is newer than all that it has seen, whatever the clocks of the
        machines that wrote before.
        """
        keys = [*changes.changed, *changes.removed]
        at = now
        for key in keys:
            before = self.written.get(key)
            if before is not None and before >= at:
                at = before + _TICK
        recent = {k: when for k, when in self.written.items() if when > now - WINDOW}
        values = changes.apply(self.record.values)
        return msgspec.structs.replace(
            self,
            record=self.record.replace(values=values, seen=now),
            written=recent | dict.fromkeys(keys, at),
        )


class Delta(msgspec.Struct, array_like=True, frozen=True):
    """What one write changed."""

    id: str
    at: float
    changed: dict[str, msgspec.Raw]
    removed: list[str]


def apply_deltas(payload: Payload, deltas: Iterable[Delta], now: float) -> Payload:
    """Apply the deltas that `payload` lacks; the last write of a key wins."""
    values, written = dict(payload.record.values), dict(payload.written)
    is_changed = False
    for delta in sorted(deltas, key=lambda delta: delta.at):
        if delta.id != payload.id or delta.at <= now - WINDOW:
            continue
        for key in (*delta.changed, *delta.removed):
            if delta.at <= written.get(key, 0):
                continue
            is_changed = True
            written[key] = delta.at
            if key in delta.changed:
                values[key] = delta.changed[key]
            else:
                values.pop(key, None)
    if not is_changed:
        return payload
    return Payload(payload.id, payload.record.replace(values=values), written)


def make_delta(payload: Payload, changes: Changes) -> Delta:
    """Return the delta of the write that led to `payload`."""
    changed = {key: msgspec.Raw(value) for key, value in changes.changed.items()}
    # All keys of one write have the same stamp.
    at = payload.written[[*changed, *changes.removed][0]]
    return Delta(payload.id, at, changed, sorted(changes.removed))


def write(content: Payload | Delta) -> str:
    """Return the text for a cookie: packed, compressed if that helps, base64."""
    data = _encoder.encode(content)
    # For short contents compression costs more time than all the rest. What would
    # not be decompressed again stays long, and so is refused as too large.
    is_compressed = MIN_COMPRESSED_BYTES <= len(data) <= MAX_UNPACKED_BYTES
    compressed = zlib.compress(data) if is_compressed else data
    mark, best = ("z", compressed) if len(compressed) < len(data) else ("p", data)
    return mark + base64.urlsafe_b64encode(best).rstrip(b"=").decode()


def read_payload(text: str) -> Payload:
    """Parse the main cookie; raise `DecodeError` for anything else."""
    return _read(text, _payload_decoder)


def read_delta(text: str) -> Delta:
    """Parse a delta; raise `DecodeError` for anything else."""
    return _read(text, _delta_decoder)


def _read(text: str, decoder: msgspec.msgpack.Decoder[T]) -> T:
    try:
        return decoder.decode(_unwrap(text))
    except (msgspec.MsgspecError, ValueError, RecursionError, zlib.error) as error:
        raise DecodeError(f"The cookie is not a session: {error}.") from None


def _unwrap(text: str) -> bytes:
    mark, encoded = text[:1], text[1:]
    try:
        data = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except binascii.Error as error:
        raise DecodeError(f"The cookie is not a session: {error}.") from None
    if mark != "z":
        return data
    decompressor = zlib.decompressobj()
    unpacked = decompressor.decompress(data, MAX_UNPACKED_BYTES)
    if decompressor.unconsumed_tail:
        raise DecodeError("The cookie is not a session: it unpacks to too much.")
    return unpacked


_encoder = msgspec.msgpack.Encoder()
_payload_decoder = msgspec.msgpack.Decoder(Payload)
_delta_decoder = msgspec.msgpack.Decoder(Delta)
