"""The session cookies: their names, their flags and their signature."""

import hmac
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface
from itsdangerous import Signer
from itsdangerous.encoding import base64_encode
from werkzeug.http import dump_cookie

# What every browser keeps, for a name, a value and the flags together.
MOST_BYTES = 4096
# The ends of cookie lines that are kept; some change every second.
_MOST_ENDS = 64


class CookieFlags:
    """How a session cookie is called and protected on one app."""

    def __init__(self, app: Flask, interface: SessionInterface) -> None:
        self._app = app
        self._interface = interface
        self._ends: dict[tuple[Any, ...], str] = {}

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
        self,
        request: Request,
        response: Response,
        name: str,
        value: str,
        *,
        max_age: int | None = None,
        expires: datetime | None = None,
    ) -> None:
        """Set a cookie; the value has letters, digits, dots and dashes alone."""
        flags = self._flags(request)
        line = f"{name}={value}{self._end(flags, max_age, expires)}"
        most = self._app.config["MAX_COOKIE_SIZE"]
        is_stock = type(response).set_cookie is Response.set_cookie
        if is_stock and name.isascii() and (not most or len(line) <= most):
            response.headers.add("Set-Cookie", line)
        else:
            response.set_cookie(name, value, max_age, expires, **flags)

    def delete(self, request: Request, response: Response, name: str) -> None:
        """Take a cookie away."""
        response.delete_cookie(name, **self._flags(request))

    def _end(
        self, flags: dict[str, Any], max_age: int | None, expires: datetime | None
    ) -> str:
        """Give what follows the value; to work that out takes longer than to sign."""
        now = None if max_age is None else int(time.time())
        until = None if expires is None else int(expires.timestamp())
        key = *flags.values(), max_age, now, until
        end = self._ends.get(key)
        if end is None:
            line = dump_cookie("_", "_", max_age, expires, max_size=0, **flags)
            if len(self._ends) >= _MOST_ENDS:
                self._ends.clear()
            end = self._ends[key] = line.removeprefix("_=_")
        return end

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
    data = value.encode()
    return f"{value}.{_signature(_keys_of(app, salt)[-1], data).decode()}"


def find_signed(app: Flask, salt: str, value: str) -> str | None:
    """Give what was signed with one of the app's keys, or None."""
    try:
        data, _, shown = value.encode().rpartition(b".")
        for key in reversed(_keys_of(app, salt)):
            if hmac.compare_digest(_signature(key, data), shown):
                return data.decode("latin-1")
    except UnicodeError:
        return None
    return None


def list_cookies(request: Request, prefix: str) -> Iterator[tuple[str, str]]:
    """Give the request's cookies whose names begin with `prefix`."""
    return (pair for pair in request.cookies.items() if pair[0].startswith(prefix))


def _signature(key: bytes, data: bytes) -> bytes:
    return base64_encode(hmac.digest(key, data, "sha256"))


def _keys_of(app: Flask, salt: str) -> tuple[bytes, ...]:
    # The last key signs; the others are only recognised.
    secrets = (*(app.config.get("SECRET_KEY_FALLBACKS") or ()), app.secret_key)
    return _derive(secrets, salt)


@lru_cache(maxsize=16)
def _derive(secrets: Sequence[Any], salt: str) -> tuple[bytes, ...]:
    signer = Signer(
        list(secrets), salt=salt, key_derivation="hmac", digest_method=sha256
    )
    return tuple(map(signer.derive_key, signer.secret_keys))
