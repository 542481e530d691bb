"""Flask's signed session cookie, bit for bit, without building its signer each time.

Stock Flask builds a serializer, a signer and a derived key for each cookie it reads or
writes. Here they are kept for as long as the secret stays the same. Whatever is out
of the ordinary (an old key, a bad signature, an expired cookie, tagged values) is left
to the stock interface.
"""

import hmac
import json
import time
import zlib
from binascii import a2b_base64, b2a_base64
from typing import Any

from flask import Flask
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import (
    SecureCookieSession,
    SecureCookieSessionInterface,
    _lazy_sha1,
)
from flask.wrappers import Response
from werkzeug.datastructures import Headers
from werkzeug.http import dump_cookie

from .deflate import compress
from .json_encoder import encode, is_plain_reader, is_plain_writer
from .response import PARTS, is_stock

_SCALARS = {str, int, float, bool, type(None)}
# An app may set anything; what is not of these types is left to the stock interface.
_KEY_TYPES = {str, bytes}
_SHAPE_TYPES = frozenset({str, bool, type(None)})
_SESSION_PARTS = frozenset(vars(SecureCookieSession())) | {
    "accessed",
    "modified",
    "new",
}
_TAGS = len(TaggedJSONSerializer.default_tags)
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_OPTIONS = ("domain", "path", "secure", "httponly", "samesite", "partitioned")


class CookieSessions:
    """Opens and saves the sessions of one stock interface."""

    __slots__ = ("interface", "key", "known", "lines")

    def __init__(self, interface: SecureCookieSessionInterface) -> None:
        self.interface = interface
        self.known: tuple[Any, ...] = ()
        self.key = b""
        # What stands around the value in a Set-Cookie line, by where it comes from.
        self.lines: dict[tuple[Any, ...], tuple[str, str]] = {}

    def open(self, app: Flask, request: Any) -> Any:
        """Open the session of a request, as the interface would."""
        if self._has_key(app):
            cookies, name = request.cookies, app.config["SESSION_COOKIE_NAME"]
            # A miss of `get` makes an exception with a page of its own.
            if type(name) is not str:
                return self._open_stock(app, request)
            if name not in cookies or not (value := cookies[name]):
                return SecureCookieSession()
            data = self._read(app, value)
            if data is not None:
                return SecureCookieSession(data)
        return self._open_stock(app, request)

    def _open_stock(self, app: Flask, request: Any) -> Any:
        session = self.interface.open_session(app, request)
        return self.interface.make_null_session(app) if session is None else session

    def save(self, app: Flask, session: Any, response: Any) -> None:
        """Save a session into a response, as the interface would."""
        if (
            type(session) is not SecureCookieSession
            or not session.__dict__.keys() <= _SESSION_PARTS
            or type(response) is not Response
            or response.__dict__.keys() != PARTS
            or type(response.headers) is not Headers
            or not session
            or not (is_stock() and is_plain_writer(app.json) and self._has_key(app))
        ):
            if not self.interface.is_null_session(session):
                self.interface.save_session(app, session, response)
            return
        if session.accessed:
            _vary(response)
        is_permanent = "_permanent" in session and session.permanent
        if session.modified or (
            is_permanent and app.config["SESSION_REFRESH_EACH_REQUEST"]
        ):
            self._set(app, session, response, is_permanent=is_permanent)
            if not session.accessed:
                _vary(response)

    def _set(
        self, app: Flask, session: Any, response: Any, *, is_permanent: bool
    ) -> None:
        shape = _shape_of(app)
        if not _SHAPE_TYPES.issuperset(map(type, shape)):
            self.interface.save_session(app, session, response)
            return
        around = self.lines.get(shape)
        if around is None:
            around = self.lines[shape] = _line_around(shape)
        value = self._write(app, dict(session))
        line = f"{around[0]}{value}{around[1]}"
        most = app.config["MAX_COOKIE_SIZE"]
        if not is_permanent and not (most and len(line) > most):
            response.headers.add("Set-Cookie", line)
            return
        options = dict(zip(_OPTIONS, shape[1:], strict=True))
        expires = self.interface.get_expiration_time(app, session)
        response.set_cookie(shape[0], value, expires=expires, **options)

    def _has_key(self, app: Flask) -> bool:
        """Tell whether the key is known; derive it if the secret is a new one."""
        interface = self.interface
        known = (
            app.config["SECRET_KEY"],
            interface.salt,
            interface.key_derivation,
            interface.digest_method,
        )
        if known == self.known:
            return True
        secret, salt, derivation, method = known
        if (
            not secret
            or type(secret) not in _KEY_TYPES
            or type(salt) not in _KEY_TYPES
            or derivation != "hmac"
            or method is not _lazy_sha1
        ):
            return False
        serializer: Any = interface.get_signing_serializer(app)
        self.key = serializer.make_signer(serializer.salt).derive_key()
        self.known = known
        return True

    def _sign(self, value: bytes) -> bytes:
        return _encode(hmac.digest(self.key, value, "sha1"))

    def _write(self, app: Flask, data: dict[str, Any]) -> str:
        provider: Any = app.json
        text = encode(provider, self._tagged(data)).encode()
        short = compress(text)
        is_shorter = len(short) < len(text) - 1
        payload = b"." + _encode(short) if is_shorter else _encode(text)
        now = int(time.time())
        stamp = now.to_bytes((now.bit_length() + 7) // 8, "big")
        value = payload + b"." + _encode(stamp)
        return (value + b"." + self._sign(value)).decode()

    def _tagged(self, data: dict[str, Any]) -> Any:
        serializer: Any = self.interface.serializer
        is_own = len(serializer.order) != _TAGS
        if is_own or (len(data) == 1 and next(iter(data)) in serializer.tags):
            return serializer.tag(data)
        return {
            key: value if type(value) in _SCALARS else serializer.tag(value)
            for key, value in data.items()
        }

    def _read(self, app: Flask, cookie: str) -> Any:
        """Give the data of a cookie; None if the stock interface should look at it."""
        if not cookie.isascii() or not is_plain_reader(app.json):
            return None
        value, _, signature = cookie.encode().rpartition(b".")
        if not hmac.compare_digest(signature, self._sign(value)):
            return None
        payload, _, stamp = value.rpartition(b".")
        age = int(time.time()) - int.from_bytes(_decode(stamp), "big")
        if not 0 <= age <= int(app.permanent_session_lifetime.total_seconds()):
            return None
        text = (
            zlib.decompress(_decode(payload[1:]))
            if payload.startswith(b".")
            else _decode(payload)
        )
        # Tags are keys that begin with a blank.
        return None if b'" ' in text else json.loads(text.decode())


# The module base64 takes three calls for what are two.
def _encode(text: bytes) -> bytes:
    return b2a_base64(text, newline=False).rstrip(b"=\n").translate(_TO_URL)


def _decode(text: bytes) -> bytes:
    return a2b_base64(text.translate(_FROM_URL) + b"=" * (-len(text) % 4))


def _vary(response: Any) -> None:
    headers = response.headers
    for name, value in headers:
        if name.lower() == "vary":
            if value != "Cookie":
                response.vary.add("Cookie")
            return
    headers.add("Vary", "Cookie")


def _shape_of(app: Flask) -> tuple[Any, ...]:
    config = app.config
    return (
        config["SESSION_COOKIE_NAME"],
        config["SESSION_COOKIE_DOMAIN"],
        config["SESSION_COOKIE_PATH"] or config["APPLICATION_ROOT"],
        config["SESSION_COOKIE_SECURE"],
        config["SESSION_COOKIE_HTTPONLY"],
        config["SESSION_COOKIE_SAMESITE"],
        config["SESSION_COOKIE_PARTITIONED"],
    )


def _line_around(shape: tuple[Any, ...]) -> tuple[str, str]:
    name, *options = shape
    named: dict[str, Any] = dict(zip(_OPTIONS, options, strict=True))
    line = dump_cookie(name, "_", max_size=0, **named)
    start = f"{name.encode().decode('latin-1')}="
    return start, line[len(start) + 1 :]
