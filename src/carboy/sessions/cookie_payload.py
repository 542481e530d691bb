"""A session as it lies in its visitor's cookies, and how parallel writes meet there.

The main cookie holds everything, and for the keys written lately when that was. Each
write also leaves a short-lived slip with only its own changes. Two answers that cross
on the way overwrite each other's main cookie, but not each other's slips: the next
request finds the slip that the main cookie does not know yet, and takes it over.
"""

import base64
import binascii
import zlib
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from carboy.stores import DecodeError

from .record import Record
from .session import Changes

T = TypeVar("T")

# For so long a slip lives. A request that takes longer may undo another's write.
WINDOW = 30.0
# Shorter contents are not squeezed.
WORTH_SQUEEZING = 256
# More than any session cookie unpacks to.
MOST_UNPACKED = 65_536


class Payload(msgspec.Struct, array_like=True, frozen=True):
    """What the main cookie says."""

    id: str
    record: Record
    written: dict[str, float] = msgspec.field(default_factory=dict)

    def with_changes(self, changes: Changes, now: float) -> "Payload":
        """Give the payload after a write."""
        recent = {k: at for k, at in self.written.items() if at > now - WINDOW}
        stamped = dict.fromkeys([*changes.changed, *changes.removed], now)
        values = changes.apply(self.record.values)
        return Payload(
            self.id, self.record.replace(values=values, seen=now), recent | stamped
        )


class Slip(msgspec.Struct, array_like=True, frozen=True):
    """What one write changed."""

    id: str
    at: float
    changed: dict[str, msgspec.Raw]
    removed: list[str]


def take_over(payload: Payload, slips: Iterable[Slip], now: float) -> Payload:
    """Put into `payload` what it does not know yet; the last to write a key wins."""
    values, written = dict(payload.record.values), dict(payload.written)
    news = False
    for slip in sorted(slips, key=lambda slip: slip.at):
        if slip.id != payload.id or slip.at <= now - WINDOW:
            continue
        for key in (*slip.changed, *slip.removed):
            if slip.at <= written.get(key, 0):
                continue
            news = True
            written[key] = slip.at
            if key in slip.changed:
                values[key] = slip.changed[key]
            else:
                values.pop(key, None)
    if not news:
        return payload
    return Payload(payload.id, payload.record.replace(values=values), written)


def make_slip(payload: Payload, changes: Changes, now: float) -> Slip:
    """Note what a write changed."""
    changed = {key: msgspec.Raw(value) for key, value in changes.changed.items()}
    return Slip(payload.id, now, changed, sorted(changes.removed))


def write(content: Payload | Slip) -> str:
    """Write for a cookie: packed, made small, in letters."""
    data = _encoder.encode(content)
    # To make a few letters fewer of what is short costs more than all the rest.
    small = data if len(data) < WORTH_SQUEEZING else zlib.compress(data)
    mark, best = ("z", small) if len(small) < len(data) else ("p", data)
    return mark + base64.urlsafe_b64encode(best).rstrip(b"=").decode()


def read_payload(text: str) -> Payload:
    """Read the main cookie; anything else is a `DecodeError`."""
    return _read(text, _payload_decoder)


def read_slip(text: str) -> Slip:
    """Read a slip; anything else is a `DecodeError`."""
    return _read(text, _slip_decoder)


def _read(text: str, decoder: msgspec.msgpack.Decoder[T]) -> T:
    try:
        return decoder.decode(_unwrap(text))
    except (msgspec.MsgspecError, ValueError, RecursionError, zlib.error) as error:
        raise DecodeError(f"The cookie is not a session: {error}.") from None


def _unwrap(text: str) -> bytes:
    mark, letters = text[:1], text[1:]
    try:
        data = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except binascii.Error as error:
        raise DecodeError(f"The cookie is not a session: {error}.") from None
    if mark != "z":
        return data
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(data, MOST_UNPACKED)
    if unpacker.unconsumed_tail:
        raise DecodeError("The cookie is not a session: it unpacks to too much.")
    return unpacked


_encoder = msgspec.msgpack.Encoder()
_payload_decoder = msgspec.msgpack.Decoder(Payload)
_slip_decoder = msgspec.msgpack.Decoder(Slip)
