"""Challenges that passkeys sign: nothing is stored until one was answered."""

import hashlib
import hmac
import secrets
from collections.abc import Callable

from carboy.stores import Store

LIFETIME = 300
# Clocks of two servers differ a little.
_LEEWAY = 30
_TIME_LENGTH, _NONCE_LENGTH = 8, 16
_BODY_LENGTH = _TIME_LENGTH + _NONCE_LENGTH


class Challenges:
    """Makes and redeems the challenges of one site; each works once, for one purpose.

    Whoever opens the login page gets one, so it must not cost the site an entry.
    """

    def __init__(self, key: bytes, store: Store, clock: Callable[[], float]) -> None:
        self._key = hmac.new(key, b"carboy.auth passkey", hashlib.sha256).digest()
        self._store = store
        self._clock = clock

    def make(self, purpose: str) -> bytes:
        """Return a new challenge."""
        time = int(self._clock()).to_bytes(_TIME_LENGTH)
        body = time + secrets.token_bytes(_NONCE_LENGTH)
        return body + self._sign(body, purpose)

    def use(self, challenge: bytes, purpose: str) -> bool:
        """Use a challenge up; return whether it was made here and is unused."""
        body, signature = challenge[:_BODY_LENGTH], challenge[_BODY_LENGTH:]
        if not hmac.compare_digest(signature, self._sign(body, purpose)):
            return False
        age = self._clock() - int.from_bytes(body[:_TIME_LENGTH])
        if not -_LEEWAY <= age < LIFETIME:
            return False
        return self._store.add(
            f"passkey:{hashlib.sha256(body).hexdigest()}", b"1", LIFETIME + _LEEWAY
        )

    def _sign(self, body: bytes, purpose: str) -> bytes:
        return hmac.new(self._key, body + purpose.encode(), hashlib.sha256).digest()
