"""The headers of tus 1.0: numbers, checksums, and what a client says of its file."""

import base64
import binascii
import re
from dataclasses import dataclass
from email.utils import formatdate

from .errors import ProtocolError

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
# The first one is required by the protocol; it finds damage, and proves nothing.
ALGORITHMS = ("sha1", "sha256")
_MAX_METADATA = 4096
_NUMBER = re.compile(r"[0-9]{1,15}")
_KEY = re.compile(r"[!-+\--~]{1,100}")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of a request must hash to."""

    algorithm: str
    digest: bytes


def parse_number(name: str, text: str | None) -> int:
    """Return the number in a header, or raise for another text."""
    if text is None or not _NUMBER.fullmatch(text):
        raise ProtocolError(400, f"{name} must be a number of bytes, got {text!r}.")
    return int(text)


def parse_checksum(text: str | None) -> Checksum | None:
    """Return the checksum of `Upload-Checksum`, or None without one."""
    if text is None:
        return None
    algorithm, _, encoded = text.partition(" ")
    if algorithm not in ALGORITHMS:
        known = ", ".join(ALGORITHMS)
        msg = f"Upload-Checksum must be of {known}, got {algorithm[:50]!r}."
        raise ProtocolError(400, msg)
    return Checksum(algorithm, _decode(encoded))


def parse_metadata(text: str | None) -> dict[str, str]:
    """Return the pairs of `Upload-Metadata`.

    >>> parse_metadata("filename 5oiRLmpwZw==,private")
    {'filename': '我.jpg', 'private': ''}
    """
    pairs: dict[str, str] = {}
    if text is None or not text.strip():
        return pairs
    if len(text) > _MAX_METADATA:
        raise ProtocolError(400, "Upload-Metadata is too long.")
    for pair in text.split(","):
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in pairs:
            raise ProtocolError(400, "Upload-Metadata must have one value for a key.")
        pairs[key] = _decode(value).decode(errors="replace")
    return pairs


def format_time(seconds: float) -> str:
    """Return a time as `Upload-Expires` has it."""
    return formatdate(seconds, usegmt=True)


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ProtocolError(400, "A header has text that is no base64.") from None
