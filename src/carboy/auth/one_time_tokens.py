"""Tokens in links of mails: one purpose, one use, one thing that they change."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from carboy.stores import Store
from carboy.translation import gettext as _

from .errors import InvalidTokenError

_SALT = "carboy.auth.token."


@dataclass(frozen=True, slots=True)
class OneTimeTokens:
    """Makes and redeems the tokens of one purpose, whose key is its own.

    `state` is what the token is about to change, such as the hash of the password: a
    token for an older state is void. `redeem` is atomic: of two at once, one wins.
    """

    keys: Sequence[bytes]
    purpose: str
    lifetime: int
    store: Store

    def make(self, user_id: str, state: str, value: str = "") -> str:
        """Return a token; `value` comes back with it, as a new address does."""
        made: Any = self._serializer().dumps([user_id, self._digest(state), value])
        return made if isinstance(made, str) else made.decode()

    def read(self, token: str) -> tuple[str, str]:
        """Return the user's id and the value of a token, which stays usable."""
        user_id, _state, value = self._load(token)
        if self.store.get(self._key(token)) is not None:
            raise _invalid()
        return user_id, value

    def redeem(self, token: str, state: str) -> tuple[str, str]:
        """Use the token up; return the user's id and the value."""
        user_id, digest, value = self._load(token)
        if not hmac.compare_digest(digest, self._digest(state)):
            raise _invalid()
        if not self.store.add(self._key(token), b"1", self.lifetime + 60):
            raise _invalid()
        return user_id, value

    def _load(self, token: str) -> tuple[str, str, str]:
        try:
            content: Any = self._serializer().loads(token, max_age=self.lifetime)
        except BadData:
            raise _invalid() from None
        match content:
            case [str(user_id), str(digest), str(value)]:
                return user_id, digest, value
            case _:
                raise _invalid()

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            list(self.keys),
            salt=_SALT + self.purpose,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def _digest(self, state: str) -> str:
        # A hash of a password must not be readable in a link.
        text = f"{self.purpose}\0{state}".encode()
        return hmac.new(self.keys[-1], text, hashlib.sha256).hexdigest()[:32]

    def _key(self, token: str) -> str:
        # Without the signature, of which there may be several spellings.
        payload = token.rpartition(".")[0]
        return f"used:{hashlib.sha256(payload.encode()).hexdigest()}"


def _invalid() -> InvalidTokenError:
    return InvalidTokenError(
        _("This link is not valid any more. It was used already, or it is too old.")
    )
