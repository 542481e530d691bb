"""The session cookies: their names, their flags and their signature."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface
from itsdangerous import BadSignature, Signer

# What every browser keeps, for a name, a value and the flags together.
MOST_BYTES = 4096


class CookieFlags:
    """How a session cookie is called and protected on one app."""

    def __init__(self, app: Flask, interface: SessionInterface) -> None:
        self._app = app
        self._interface = interface

    def name(self, request: Request) -> str:
        """Give the name: a browser takes one with `__Host-` from this host only."""
        interface, app = self._interface, self._app
        given = interface.get_cookie_name(app)
        if given.startswith("__") or not self.is_secure(request):
            return given
        bound = not interface.get_cookie_domain(app)
        host = bound and interface.get_cookie_path(app) == "/"
        return f"__Host-{given}" if host else f"__Secure-{given}"

    def is_secure(self, request: Request) -> bool:
        """Whether the visitor came by https, so that the cookie has to stay there."""
        return self._interface.get_cookie_secure(self._app) or request.is_secure

    def write(
        self, request: Request, response: Response, name: str, value: str, **when: Any
    ) -> None:
        """Set a cookie."""
        response.set_cookie(name, value, **self._flags(request), **when)

    def delete(self, request: Request, response: Response, name: str) -> None:
        """Take a cookie away."""
        response.delete_cookie(name, **self._flags(request))

    def _flags(self, request: Request) -> dict[str, Any]:
        interface, app = self._interface, self._app
        return {
            "domain": interface.get_cookie_domain(app),
            "path": interface.get_cookie_path(app),
            "secure": self.is_secure(request),
            "httponly": interface.get_cookie_httponly(app),
            "samesite": interface.get_cookie_samesite(app) or "Lax",
            "partitioned": interface.get_cookie_partitioned(app),
        }


def has_secret(app: Flask) -> bool:
    """Whether the app can sign."""
    return bool(app.secret_key)


def sign(app: Flask, salt: str, value: str) -> str:
    """Sign with the secret key of today."""
    return _signer_of(app, salt).sign(value).decode("latin-1")


def find_signed(app: Flask, salt: str, value: str) -> str | None:
    """Give what was signed with one of the app's keys, or None."""
    try:
        return _signer_of(app, salt).unsign(value).decode("latin-1")
    except (BadSignature, UnicodeError):
        return None


def list_cookies(request: Request, prefix: str) -> Iterator[tuple[str, str]]:
    """Give the request's cookies whose names begin with `prefix`."""
    return (pair for pair in request.cookies.items() if pair[0].startswith(prefix))


def _signer_of(app: Flask, salt: str) -> Signer:
    # The last key signs; the others are only recognised.
    keys = [*(app.config.get("SECRET_KEY_FALLBACKS") or ()), app.secret_key]
    return _make_signer(tuple(keys), salt)


@lru_cache(maxsize=16)
def _make_signer(keys: Sequence[Any], salt: str) -> Signer:
    return Signer(list(keys), salt=salt, key_derivation="hmac", digest_method=sha256)
