"""Secrets that must be readable again, encrypted with a key of the site."""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Any

from carboy.errors import LostError

_NONCE_LENGTH = 12


class SecretBox:
    """Encrypts for one purpose; the first key encrypts, every key decrypts."""

    def __init__(self, keys: Sequence[str | bytes], purpose: str) -> None:
        if not keys or not all(keys):
            msg = "SECRET_KEY is not set, and secrets are encrypted with it."
            raise ValueError(msg)
        self._keys = [_derive(key, purpose) for key in keys]

    def seal(self, text: str, owner: str) -> str:
        """Encrypt a text; it can be opened for the same owner only."""
        nonce = os.urandom(_NONCE_LENGTH)
        sealed = _cipher(self._keys[0]).encrypt(nonce, text.encode(), owner.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, owner: str) -> str:
        """Return the text, or raise `LostError` if no key of the site opens it."""
        from cryptography.exceptions import InvalidTag

        content = base64.urlsafe_b64decode(sealed)
        nonce, sealed_text = content[:_NONCE_LENGTH], content[_NONCE_LENGTH:]
        for key in self._keys:
            try:
                opened: bytes = _cipher(key).decrypt(nonce, sealed_text, owner.encode())
            except InvalidTag:
                continue
            return opened.decode()
        raise LostError(
            "A stored secret cannot be decrypted: SECRET_KEY was changed. Add the old "
            "key to SECRET_KEY_FALLBACKS."
        )


def _derive(key: str | bytes, purpose: str) -> bytes:
    raw = key.encode() if isinstance(key, str) else key
    return hmac.new(raw, f"carboy.auth {purpose}".encode(), hashlib.sha256).digest()


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)
