"""Texts without the passwords and secrets in them: for logs, messages and settings."""

import re
from collections.abc import Mapping
from urllib.parse import unquote_plus

HIDDEN = "********"

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://\S+")
# A name that has one of these is most likely that of a secret.
SECRET_WORDS = (
    *("pass", "pwd", "secret", "token", "key", "dsn", "credential", "authorization"),
)
_SECRET_NAME = re.compile("|".join(SECRET_WORDS), re.IGNORECASE)
_SECRET_OPTION = re.compile(
    r"([?&][\w.\-]*(?:pass|pwd|secret|token|key)[\w.\-]*=).*", re.IGNORECASE | re.DOTALL
)

# One-time codes and signatures; too common as a part of other words.
_SECRET_PARAMETERS = frozenset({
    *("code", "state", "sig", "signature", "auth", "authorization", "credential"),
    *("otp", "pin", "sid", "session", "sessionid", "jwt", "ticket", "csrf", "nonce"),
})


def redact_url(url: str) -> str:
    """Return `url` without its password and without secrets among its options.

    Where a password cannot be distinguished from an option, both are left out.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    userinfo, at, location = rest.rpartition("@")
    if rest.startswith("/"):  # the path of a file or a socket
        userinfo, at, location = "", "", rest
    if "?" in userinfo:
        return f"{scheme}://{HIDDEN}"
    name, colon, password = userinfo.partition(":")
    hidden = HIDDEN if password else ""
    location = _SECRET_OPTION.sub(rf"\1{HIDDEN}", location)
    return f"{scheme}://{name}{colon}{hidden}{at}{location}"


def redact_text(text: str) -> str:
    """Return `text` with `redact_url` applied to each URL in it."""
    if "://" not in text:
        return text
    return _URL.sub(lambda match: redact_url(match[0]), text)


def redact_query(query: str) -> str:
    """Return the query string of a request without the values that may be secrets."""
    if "=" not in query:
        return query
    return "&".join(_redact_parameter(pair) for pair in query.split("&"))


def _redact_parameter(pair: str) -> str:
    name, equals, value = pair.partition("=")
    # Encoded twice, a client or a proxy would still read it.
    plain = unquote_plus(unquote_plus(name))
    is_secret = is_secret_name(plain) or plain.casefold() in _SECRET_PARAMETERS
    text = unquote_plus(value)
    if value and (is_secret or redact_text(text) != text):
        value = HIDDEN
    return f"{name}{equals}{value}"


def redact_value(value: object) -> object:
    """Return a value of a setting as it may be shown, containers included."""
    if isinstance(value, str):
        return redact_url(value)
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if item and is_secret_name(str(key)) else redact_value(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        items = [redact_value(item) for item in value]
        return items if isinstance(value, list) else type(value)(items)
    return value


def is_secret_name(name: str) -> bool:
    """Return whether a value with this name is most likely a secret."""
    return _SECRET_NAME.search(name) is not None
