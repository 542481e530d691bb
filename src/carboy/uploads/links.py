"""Signed links to files: what is served, how, and until when."""

import hashlib
import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlencode

from carboy.translation import gettext as _

from .errors import LinkExpiredError

_PURPOSE = b"carboy.uploads.link"
_SIGNATURE_BYTES = 18


class Base(Protocol):
    """Returns the URL below which files are served."""

    def __call__(self, *, external: bool) -> str:
        """Return it, with the host if it is external."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says; nothing of it can be changed without the key of the site."""

    key: str
    name: str
    kind: str
    variant: str = ""
    is_inline: bool = False
    # Seconds since 1970; 0: always valid.
    expires: int = 0


class Links:
    """Makes and reads the links of one site."""

    def __init__(
        self,
        base: Base,
        keys: Callable[[], Sequence[bytes]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        # Of the path below which files are served, external or not.
        self._base = base
        self._keys = keys
        self._clock = clock

    def make(self, link: Link, seconds: int | None, *, external: bool = False) -> str:
        """Return the URL of a link that is valid for some seconds, or always.

        The time is rounded up to an eighth of it: the same page has the same links for
        a while, which browsers have cached.
        """
        expires = 0
        if seconds is not None:
            step = max(seconds // 8, 1)
            expires = (int(self._clock()) + seconds) // step * step + step
        values = {
            "k": link.kind,
            "v": link.variant,
            "i": "1" if link.is_inline else "",
            "e": str(expires or ""),
        }
        signature = _sign(self._keys()[-1], link.key, link.name, values)
        query = urlencode({name: each for name, each in values.items() if each})
        path = f"{quote(link.key)}/{quote(link.name, safe='')}"
        return f"{self._base(external=external)}/{path}?{query}&s={signature}"

    def read(self, path: str, query: Mapping[str, str]) -> Link:
        """Return what a link says, or raise `LinkExpiredError`."""
        key, _slash, name = path.rpartition("/")
        values = {each: query.get(each, "") for each in ("k", "v", "i", "e")}
        signature = query.get("s", "").encode()
        signed = [_sign(each, key, name, values) for each in self._keys()]
        if not any(hmac.compare_digest(signature, each.encode()) for each in signed):
            raise _invalid()
        expires = int(values["e"] or 0)
        if expires and expires < self._clock():
            raise _invalid()
        is_inline = values["i"] == "1"
        return Link(key, name, values["k"], values["v"], is_inline, expires)

    def seconds_left(self, link: Link) -> int | None:
        """Return for how long a link is valid, or None for always."""
        return max(int(link.expires - self._clock()), 0) if link.expires else None


def _sign(key: bytes, file_key: str, name: str, values: Mapping[str, str]) -> str:
    own_key = hmac.new(key, _PURPOSE, hashlib.sha256).digest()
    # Names and keys have no line breaks, so that no two links are the same text.
    text = "\n".join([file_key, name, *values.values()]).encode()
    digest = hmac.new(own_key, text, hashlib.sha256).digest()[:_SIGNATURE_BYTES]
    return urlsafe_b64encode(digest).decode()


def _invalid() -> LinkExpiredError:
    return LinkExpiredError(
        _("This link is not valid any more. Reload the page on which you found it.")
    )
