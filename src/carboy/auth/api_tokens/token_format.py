"""The text of an API token: a prefix that may be shown, a secret and a checksum.

`cby_` and the checksum let scanners of repositories recognise a leaked token.
"""

import hashlib
import re
import secrets
import string
import zlib

_LETTERS = string.digits + string.ascii_letters
_PREFIX_LENGTH = 10
_SECRET_LENGTH = 32
_CHECKSUM_LENGTH = 6
_TOKEN = re.compile(
    rf"cby_(?P<prefix>[0-9A-Za-z]{{{_PREFIX_LENGTH}}})_"
    rf"(?P<secret>[0-9A-Za-z]{{{_SECRET_LENGTH}}})"
    rf"(?P<checksum>[0-9A-Za-z]{{{_CHECKSUM_LENGTH}}})"
)


def make_token() -> tuple[str, str]:
    """Return a new token and its prefix, by which it is looked up."""
    prefix = _random(_PREFIX_LENGTH)
    body = f"cby_{prefix}_{_random(_SECRET_LENGTH)}"
    return body + _checksum(body), prefix


def parse_prefix(token: str) -> str | None:
    """Return the prefix of a token, or None if it cannot be one."""
    match = _TOKEN.fullmatch(token)
    if match is None or _checksum(token[:-_CHECKSUM_LENGTH]) != match["checksum"]:
        return None
    return match["prefix"]


def hash_token(token: str) -> str:
    """Return what is stored of a token; 190 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_tokens(text: str) -> list[str]:
    """List the tokens in a text, such as a log or a commit."""
    found = (match.group() for match in _TOKEN.finditer(text))
    return [token for token in found if parse_prefix(token)]


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _checksum(body: str) -> str:
    value, text = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        value, digit = divmod(value, len(_LETTERS))
        text = _LETTERS[digit] + text
    return text
