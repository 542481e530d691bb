"""The token that ties a form to a visitor's session."""

import base64
import binascii
import hmac
import secrets
from collections.abc import MutableMapping
from typing import Any

_KEY = "_csrf"
_LENGTH = 32


def make_token(session: MutableMapping[str, Any]) -> str:
    """Return a token for the visitor of `session`, another one at each call.

    The secret in the session is masked with random bytes: a compressed page would
    otherwise reveal it letter by letter (the BREACH attack).
    """
    secret = _find_secret(session)
    if secret is None:
        secret = secrets.token_bytes(_LENGTH)
        session[_KEY] = _to_text(secret)
    mask = secrets.token_bytes(_LENGTH)
    return _to_text(mask + _xor(mask, secret))


def is_valid_token(session: MutableMapping[str, Any], token: str) -> bool:
    """Return whether `token` was made for the visitor of `session`."""
    secret = _find_secret(session)
    content = _to_bytes(token, 2 * _LENGTH)
    if secret is None or content is None:
        return False
    return hmac.compare_digest(_xor(content[:_LENGTH], content[_LENGTH:]), secret)


def drop_secret(session: MutableMapping[str, Any]) -> None:
    """Remove the secret: tokens made so far are not valid any more."""
    session.pop(_KEY, None)


def _find_secret(session: MutableMapping[str, Any]) -> bytes | None:
    kept = session.get(_KEY)
    return _to_bytes(kept, _LENGTH) if isinstance(kept, str) else None


def _xor(first: bytes, second: bytes) -> bytes:
    return (int.from_bytes(first) ^ int.from_bytes(second)).to_bytes(_LENGTH)


def _to_text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def _to_bytes(text: str, length: int) -> bytes | None:
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        content = base64.urlsafe_b64decode(padded)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return content if len(content) == length else None
