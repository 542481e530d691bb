"""Addresses that somebody may write behind `next=`, from pieces that browsers read."""

import random
from collections.abc import Iterator

HOST = "shop.example"
_PIECES = (
    "/", "//", "///", "\\", "\\\\", "/\\", "\\/", ":", "@", "?", "#", "..", ".", ";",
    "%2f", "%5c", "%09", "%00", "%0d%0a", "%2e", "%40", "%e2%80%ae",
    "http:", "https:", "HTTP:", "hTTps:", "http", "//:", "ftp:", "javascript:", "data:",
    "blob:", "file:", "about:", "view-source:", "ws:", "mailto:", "x:",
    "evil.example", "127.0.0.1", "[::1]", "[", "]", "2130706433", "0x7f.1",
    HOST, f"{HOST}:80", f"{HOST}:443", f"{HOST}:8080", f"{HOST}.", f".{HOST}",
    f"user@{HOST}", f"{HOST}@evil.example", f"{HOST}.evil.example", HOST.upper(),
    "\t", "\n", "\r", "\x00", "\x0b", "\x1f", " ", "\x7f", "\x85", "\xa0", "\xad",
    "\u2028", "\u2029", "\u200b", "\u200e", "\u202e", "\u2060", "\u3000", "\ufeff",
    "\uff0f", "\uff3c", "\u2044", "\u2215", "\u29f8", "\uff0e", "\u3002", "\uff1a",
    "\uff20", "\uff03", "\u24d4vil.example", "\u017fhop.example", "\u0455hop.example",
    "a", "path", "x=1", "&", "=", "+", "~", "'", '"', "<", ">", "|", "^", "`", "{", "}",
    "\u4e09", "\u00e9", "\U0001f600",
)  # fmt: skip
_STARTS = (
    "",
    "",
    "/",
    "//",
    "http://",
    "https://",
    f"http://{HOST}",
    f"https://{HOST}",
)


def make_addresses(seed: int, count: int) -> Iterator[str]:
    """Yield `count` addresses; half of them begin like one that is good."""
    chance = random.Random(seed)
    for _ in range(count):
        pieces = chance.choices(_PIECES, k=chance.randint(0, 6))
        yield chance.choice(_STARTS) + "".join(pieces)
