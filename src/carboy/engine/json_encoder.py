"""JSON, byte for byte what Flask's default provider writes, in a third of the time.

The standard library's own C encoder does the work. msgspec, ten times as fast, writes
floats, non-ASCII text and dates differently: it gets what is small and plain enough
to be looked at value by value.
"""

import json
from collections.abc import Callable
from json import encoder as standard
from json.encoder import encode_basestring, encode_basestring_ascii
from operator import attrgetter
from pkgutil import resolve_name
from typing import Any

from flask.json.provider import DefaultJSONProvider
from flask.wrappers import Response

_stock_dumps = DefaultJSONProvider.dumps
_stock_loads = DefaultJSONProvider.loads
_json_dumps = json.dumps
# None where Python has no C code; typeshed does not know it.
_make_encoder: Any = getattr(standard, "c_make_encoder", None)
_INDENT, _SKIP_KEYS, _ALLOW_NAN = None, False, True

# Written alike by both encoders: not a float, and no subclass of anything.
_PLAIN = frozenset({str, int, bool, type(None)})
_DEPTH = 3
# The only ASCII character that msgspec leaves as it is and Python does not.
_DELETE = 127
_UNWRITTEN = bytes([_DELETE])
_settings_of = attrgetter(
    "dumps", "default", "compact", "mimetype", "ensure_ascii", "sort_keys"
)
_SETTINGS = _settings_of(DefaultJSONProvider)

# Providers that write what Flask's default writes.
DEFAULT_PROVIDERS: set[type] = {DefaultJSONProvider}
# `DefaultJSONProvider.response` while no other code has replaced it.
DEFAULT_RESPONSES: set[Any] = {DefaultJSONProvider.response}


def _encode_first(obj: Any) -> bytes:
    """Encode, and import msgspec for it: an app without JSON saves a megabyte."""
    encode = resolve_name("msgspec.json:Encoder")(order="sorted").encode
    globals()["_sorted"] = encode
    encoded: bytes = encode(obj)
    return encoded


_sorted: Callable[[Any], bytes] = _encode_first


def is_provider_class_unchanged() -> bool:
    """Return whether the methods of Flask's default provider are the original ones."""
    return (
        DefaultJSONProvider.dumps is _stock_dumps
        and DefaultJSONProvider.loads is _stock_loads
    )


def has_default_dumps(provider: Any) -> bool:
    """Return whether this provider writes JSON as Flask's default does."""
    return (
        type(provider) in DEFAULT_PROVIDERS
        and "dumps" not in vars(provider)
        and DefaultJSONProvider.dumps is _stock_dumps
        and json.dumps is _json_dumps
    )


def has_default_loads(provider: Any) -> bool:
    """Return whether this provider reads JSON as Flask's default does."""
    return (
        type(provider) in DEFAULT_PROVIDERS
        and "loads" not in vars(provider)
        and DefaultJSONProvider.loads is _stock_loads
    )


def is_compact(provider: Any) -> bool:
    """Return whether responses of this provider have no indentation."""
    if provider.compact is None:
        return not provider._app.debug  # noqa: SLF001 - as the provider asks itself
    return provider.compact is not False


def has_default_response(provider: Any) -> bool:
    """Return whether `response` of this provider is Flask's, without indentation."""
    return (
        DefaultJSONProvider.response in DEFAULT_RESPONSES
        and "response" not in vars(provider)
        and is_compact(provider)
        # It may be the provider of another app.
        and provider._app.response_class is Response  # noqa: SLF001 - as it asks itself
    )


def encode(provider: DefaultJSONProvider, obj: Any) -> str:
    """Return compact JSON, written with the settings of this provider."""
    if _make_encoder is None:
        return provider.dumps(obj, separators=(",", ":"))
    # What json.dumps builds anew for each call, without the encoder object around it:
    # 2 of 3 microseconds for a small dict. The first argument finds circles; it is not
    # shared, as a failure would leave in it what it was looking at.
    encoder = _make_encoder(
        {},
        provider.default,
        encode_basestring_ascii if provider.ensure_ascii else encode_basestring,
        _INDENT,
        ":",
        ",",
        provider.sort_keys,
        _SKIP_KEYS,
        _ALLOW_NAN,
    )
    return "".join(encoder(obj, 0))


def uses_default_json(app: Any, provider: Any) -> bool:
    """Return whether this is Flask's default provider, of this app."""
    try:
        return type(provider) in DEFAULT_PROVIDERS and provider._app == app  # noqa: SLF001 - no public face
    except ReferenceError:
        # It is the provider of an app that is gone.
        return False


def encode_fast(app: Any, provider: Any, obj: Any) -> bytes | None:
    """Return the body that the `response` of the default provider makes.

    None if anything about the provider was changed, even in its class.
    """
    if (
        len(provider.__dict__) != 1
        or _settings_of(type(provider)) != _SETTINGS
        or DefaultJSONProvider.response not in DEFAULT_RESPONSES
        or json.dumps is not _json_dumps
        or app.debug
    ):
        return None
    if type(obj) is dict:
        # The first level of `_is_simple`, without the call.
        for key, value in obj.items():
            if type(key) is not str or (
                type(value) not in _PLAIN and not _is_simple(value, _DEPTH)
            ):
                return f"{encode(provider, obj)}\n".encode()
    elif not _is_simple(obj, _DEPTH):
        return f"{encode(provider, obj)}\n".encode()
    try:
        text = _sorted(obj)
    except ValueError:
        # A lone surrogate, which a client can send in JSON, or an integer with too many
        # digits: the encoder of the provider writes it or raises Flask's error, and not
        # here, where that error would get this one as its context.
        text = _UNWRITTEN
    if text.isascii() and _DELETE not in text:
        return text + b"\n"
    return f"{encode(provider, obj)}\n".encode()


def _is_simple(obj: Any, depth: int) -> bool:
    """Return whether both encoders write this alike: plain values, few levels."""
    if type(obj) is dict:
        for key in obj:
            if type(key) is not str:
                return False
        obj = obj.values()
    elif type(obj) is not list:
        return False
    for value in obj:
        if type(value) not in _PLAIN and (
            not depth or not _is_simple(value, depth - 1)
        ):
            return False
    return True
