"""Flask's signed session cookie, bit for bit, without building its signer each time.

Stock Flask builds a serializer, a signer and a derived key for each cookie it reads or
writes. Here the key is kept while the secret is the same. Everything unusual (an old
key, a bad signature, an expired cookie, tagged values) is left to Flask's interface.
"""

import hmac
import json
import time
import zlib
from binascii import a2b_base64, b2a_base64
from operator import itemgetter
from typing import Any

from flask import Flask
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.wrappers import Response
from werkzeug.datastructures import Headers
from werkzeug.http import dump_cookie

from .flask_features import COOKIE_OPTIONS, SIGNS_WITH_SECRET_KEY, STOCK_DIGEST
from .json_encoder import encode, has_default_dumps, has_default_loads
from .response import PARTS, is_response_unchanged

_SCALARS = {str, int, float, bool, type(None)}
# An app may set anything: other types are left to Flask's interface.
_KEY_TYPES = {str, bytes}
_OPTION_TYPES = frozenset({str, bool, type(None)})
_SESSION_PARTS = frozenset(vars(SecureCookieSession())) | {
    "accessed",
    "modified",
    "new",
}
_TAGS = len(TaggedJSONSerializer.default_tags)
_HEADER = b"\x78\x9c"
_WINDOW_BITS = 10
_MEMORY_LEVEL = 4
_MAX_SHORT_TEXT = 256
# Other libraries under the same name find their matches in other ways.
_IS_ZLIB = zlib.ZLIB_RUNTIME_VERSION.count(".") >= 2 and not any(
    mark in zlib.ZLIB_RUNTIME_VERSION for mark in ("ng", "chromium", "intel")
)
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")
# The path has a setting that stands in for it.
_SETTINGS = tuple(f"SESSION_COOKIE_{name.upper()}" for name in COOKIE_OPTIONS[2:])
_read_settings = itemgetter(*_SETTINGS)


class SignedCookieCodec:
    """Opens and saves the sessions of one of Flask's interfaces."""

    __slots__ = ("header_parts", "interface", "key", "key_source")

    def __init__(self, interface: SecureCookieSessionInterface) -> None:
        self.interface = interface
        self.key_source: tuple[Any, ...] = ()
        self.key = b""
        # What stands before and after the value of a Set-Cookie header, by its options.
        self.header_parts: dict[tuple[Any, ...], tuple[str, str]] = {}

    def open(self, app: Flask, request: Any) -> Any:
        """Return the session of a request, as the interface opens it."""
        if self._has_signing_key(app):
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
        """Save a session into a response, as the interface does."""
        if (
            type(session) is not SecureCookieSession
            or not session.__dict__.keys() <= _SESSION_PARTS
            or type(response) is not Response
            or response.__dict__.keys() != PARTS
            or type(response.headers) is not Headers
            or not session
            or not (
                is_response_unchanged()
                and has_default_dumps(app.json)
                and self._has_signing_key(app)
            )
        ):
            if not self.interface.is_null_session(session):
                self.interface.save_session(app, session, response)
            return
        # Up to Flask 3.1.2 a session that is asked for anything is accessed.
        is_accessed = session.accessed
        if is_accessed:
            _vary(response)
        is_permanent = "_permanent" in session and session.permanent
        if session.modified or (
            is_permanent and app.config["SESSION_REFRESH_EACH_REQUEST"]
        ):
            self._set(app, session, response, is_permanent=is_permanent)
            if not is_accessed:
                _vary(response)

    def _set(
        self, app: Flask, session: Any, response: Any, *, is_permanent: bool
    ) -> None:
        cookie_options = _cookie_options(app)
        if not _OPTION_TYPES.issuperset(map(type, cookie_options)):
            self.interface.save_session(app, session, response)
            return
        parts = self.header_parts.get(cookie_options)
        if parts is None:
            parts = self.header_parts[cookie_options] = _split_header(cookie_options)
        value = self._write(app, dict(session))
        header = f"{parts[0]}{value}{parts[1]}"
        limit = app.config["MAX_COOKIE_SIZE"]
        if not is_permanent and not (limit and len(header) > limit):
            response.headers.add("Set-Cookie", header)
            return
        options = dict(zip(COOKIE_OPTIONS, cookie_options[1:], strict=True))
        expires = self.interface.get_expiration_time(app, session)
        response.set_cookie(cookie_options[0], value, expires=expires, **options)

    def _has_signing_key(self, app: Flask) -> bool:
        """Return whether the key is known; derive it if the secret is a new one."""
        interface = self.interface
        source = (
            app.config["SECRET_KEY"],
            interface.salt,
            interface.key_derivation,
            interface.digest_method,
        )
        if source == self.key_source:
            return True
        secret, salt, derivation, method = source
        if (
            not secret
            or type(secret) not in _KEY_TYPES
            or type(salt) not in _KEY_TYPES
            or derivation != "hmac"
            or method is not STOCK_DIGEST
            or not (SIGNS_WITH_SECRET_KEY or not app.config["SECRET_KEY_FALLBACKS"])
        ):
            return False
        serializer: Any = interface.get_signing_serializer(app)
        self.key = serializer.make_signer(serializer.salt).derive_key()
        self.key_source = source
        return True

    def _sign(self, value: bytes) -> bytes:
        return _encode(hmac.digest(self.key, value, "sha1"))

    def _write(self, app: Flask, data: dict[str, Any]) -> str:
        provider: Any = app.json
        text = encode(provider, self._tag(data)).encode()
        compressed = compress(text)
        is_shorter = len(compressed) < len(text) - 1
        payload = b"." + _encode(compressed) if is_shorter else _encode(text)
        now = int(time.time())
        timestamp = now.to_bytes((now.bit_length() + 7) // 8, "big")
        value = payload + b"." + _encode(timestamp)
        return (value + b"." + self._sign(value)).decode()

    def _tag(self, data: dict[str, Any]) -> Any:
        serializer: Any = self.interface.serializer
        is_own = len(serializer.order) != _TAGS
        if is_own or (len(data) == 1 and next(iter(data)) in serializer.tags):
            return serializer.tag(data)
        return {
            key: value if type(value) in _SCALARS else serializer.tag(value)
            for key, value in data.items()
        }

    def _read(self, app: Flask, cookie: str) -> Any:
        """Return the data of a cookie; None leaves it to Flask's interface."""
        if not cookie.isascii() or not has_default_loads(app.json):
            return None
        value, _, signature = cookie.encode().rpartition(b".")
        if not hmac.compare_digest(signature, self._sign(value)):
            return None
        payload, _, timestamp = value.rpartition(b".")
        age = int(time.time()) - int.from_bytes(_decode(timestamp), "big")
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


def _cookie_options(app: Flask) -> tuple[Any, ...]:
    config = app.config
    return (
        config["SESSION_COOKIE_NAME"],
        config["SESSION_COOKIE_DOMAIN"],
        config["SESSION_COOKIE_PATH"] or config["APPLICATION_ROOT"],
        *_read_settings(config),
    )


def _split_header(cookie_options: tuple[Any, ...]) -> tuple[str, str]:
    name, *options = cookie_options
    named: dict[str, Any] = dict(zip(COOKIE_OPTIONS, options, strict=True))
    header = dump_cookie(name, "_", max_size=0, **named)
    start = f"{name.encode().decode('latin-1')}="
    return start, header[len(start) + 1 :]


def compress(text: bytes) -> bytes:
    """Return what `zlib.compress(text)` returns, for a twentieth if the text is short.

    The default compressor clears a quarter of a megabyte before it looks at the first
    byte. A text of 256 bytes meets none of what that memory is for: with small tables
    the same matches are found, in one block, and only the header names the window's
    size.
    """
    if len(text) > _MAX_SHORT_TEXT or not _IS_ZLIB:
        return zlib.compress(text)
    small = zlib.compressobj(-1, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL)
    return _HEADER + (small.compress(text) + small.flush())[2:]
