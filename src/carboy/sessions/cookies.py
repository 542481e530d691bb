"""Session cookies: names, attributes and signatures."""

import hmac
import time
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface
from itsdangerous import Signer
from itsdangerous.encoding import base64_encode
from werkzeug.http import dump_cookie

# What every browser accepts for name, value and attributes together.
MAX_COOKIE_BYTES = 4096
# Cached ends of cookie lines; some change every second.
_MAX_SUFFIXES = 64


class CookieFlags:
    """The name and the attributes of the session cookie of one app."""

    def __init__(self, app: Flask, interface: SessionInterface) -> None:
        self._app = app
        self._interface = interface
        self._suffixes: dict[tuple[Any, ...], str] = {}

    def name(self, request: Request) -> str:
        """Return the name; browsers accept `__Host-` names from this host only."""
        interface, app = self._interface, self._app
        name = interface.get_cookie_name(app)
        if name.startswith("__") or not self.is_secure(request):
            return name
        has_domain = interface.get_cookie_domain(app)
        is_host_only = not has_domain and interface.get_cookie_path(app) == "/"
        return f"__Host-{name}" if is_host_only else f"__Secure-{name}"

    def is_secure(self, request: Request) -> bool:
        """Return whether the cookie is restricted to https, as its request was."""
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
        """Set a cookie; `value` must be URL-safe base64 and dots."""
        flags = self._flags(request)
        line = f"{name}={value}{self._suffix(flags, max_age, expires)}"
        max_size = self._app.config["MAX_COOKIE_SIZE"]
        is_stock = type(response).set_cookie is Response.set_cookie
        if is_stock and name.isascii() and (not max_size or len(line) <= max_size):
            response.headers.add("Set-Cookie", line)
        else:
            response.set_cookie(name, value, max_age, expires, **flags)

    def delete(self, request: Request, response: Response, name: str) -> None:
        """Delete a cookie."""
        response.delete_cookie(name, **self._flags(request))

    def _suffix(
        self, flags: dict[str, Any], max_age: int | None, expires: datetime | None
    ) -> str:
        """Return what follows the value; computing it takes longer than signing."""
        now = None if max_age is None else int(time.time())
        until = None if expires is None else int(expires.timestamp())
        key = *flags.values(), max_age, now, until
        suffix = self._suffixes.get(key)
        if suffix is None:
            line = dump_cookie("_", "_", max_age, expires, max_size=0, **flags)
            if len(self._suffixes) >= _MAX_SUFFIXES:
                self._suffixes.clear()
            suffix = self._suffixes[key] = line.removeprefix("_=_")
        return suffix

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
    """Return whether the app has a secret key to sign with."""
    return bool(app.secret_key)


def sign(app: Flask, salt: str, value: str) -> str:
    """Sign with the current secret key."""
    data = value.encode()
    return f"{value}.{_signature(_keys_of(app, salt)[-1], data).decode()}"


def unsign(app: Flask, salt: str, value: str) -> str | None:
    """Return what was signed with one of the app's keys, or None."""
    try:
        data, _, signature = value.encode().rpartition(b".")
        for key in reversed(_keys_of(app, salt)):
            if hmac.compare_digest(_signature(key, data), signature):
                return data.decode("latin-1")
    except UnicodeError:
        return None
    return None


def _signature(key: bytes, data: bytes) -> bytes:
    return base64_encode(hmac.digest(key, data, "sha256"))


def _keys_of(app: Flask, salt: str) -> tuple[bytes, ...]:
    # The last key signs; the others only verify.
    secrets = (*(app.config.get("SECRET_KEY_FALLBACKS") or ()), app.secret_key)
    return _derive(secrets, salt)


@lru_cache(maxsize=16)
def _derive(secrets: Sequence[Any], salt: str) -> tuple[bytes, ...]:
    signer = Signer(
        list(secrets), salt=salt, key_derivation="hmac", digest_method=sha256
    )
    return tuple(map(signer.derive_key, signer.secret_keys))
