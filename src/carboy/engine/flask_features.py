"""What Flask 3.0 does not have, and early releases of 3.1 do in other ways.

Each is looked for in the installed Flask, whatever its version is called. What all
supported versions have in common is in `flask31`.
"""

import hashlib
from types import SimpleNamespace
from typing import Any

from flask import Flask, sessions
from flask.sessions import SecureCookieSessionInterface

# Flask 3.1 reads the Host header when it binds the URL map, and keeps it. In 3.0 that
# happens when the app asks for the host, and TRUSTED_HOSTS is not a setting.
READS_HOST_AT_START = "TRUSTED_HOSTS" in Flask.default_config

# The options of the session cookie, as `dump_cookie` and the methods of a session
# interface are named.
COOKIE_OPTIONS = tuple(
    name
    for name in ("domain", "path", "secure", "httponly", "samesite", "partitioned")
    if hasattr(SecureCookieSessionInterface, f"get_cookie_{name}")
)

# How cookies are signed unless an app says otherwise: before 3.0.3, Flask has no
# function of its own that looks for SHA-1 at the first use. Some Pythons have none.
_sha1 = getattr(hashlib, "sha1", None)
STOCK_DIGEST: Any = getattr(sessions, "_lazy_sha1", _sha1)


def _signs_with_secret_key() -> bool:
    config = {"SECRET_KEY_FALLBACKS": ["old"]}
    app: Any = SimpleNamespace(secret_key=b"new", config=config)
    serializer: Any = SecureCookieSessionInterface().get_signing_serializer(app)
    key: bytes = serializer.secret_keys[-1]
    return key == b"new"


# Flask 3.1.0 signs with the last of SECRET_KEY_FALLBACKS, where there are some.
SIGNS_WITH_SECRET_KEY = _signs_with_secret_key()
