"""How the data of a view becomes the body of a response."""

import json
from typing import Any

import msgspec
from flask import Response, current_app, make_response

_INDENT_IN_DEBUG = 4


def output_json(data: Any, code: Any, headers: Any = None) -> Response:
    """Return a response with JSON.

    The dict `RESTFUL_JSON` of the configuration goes to `json.dumps`. Without it the
    body has no spaces and no escapes of letters. Dates and times are written in ISO's
    form, decimals and UUIDs as texts, structs and dataclasses as objects.
    """
    settings = current_app.config.get("RESTFUL_JSON")
    if settings or current_app.debug:
        body = _dump(data, dict(settings or {})).encode()
    else:
        body = encode_json(data)
    response = make_response(body, code)
    response.headers["Content-Type"] = "application/json"
    response.headers.extend(headers or {})
    return response


def encode_json(data: Any) -> bytes:
    """Return compact JSON in UTF-8, with a new line at its end."""
    try:
        return _encode(data) + b"\n"
    except (TypeError, ValueError, OverflowError):
        # A key that is no text, a lone surrogate, a number of more than 64 bits: the
        # standard library writes it, or raises an error that names the value.
        return _dump(data, {"separators": (",", ":")}).encode()


def _dump(data: Any, settings: dict[str, Any]) -> str:
    if current_app.debug:
        settings.setdefault("indent", _INDENT_IN_DEBUG)
    if "cls" not in settings:
        settings.setdefault("default", _write_like_msgspec)
    return json.dumps(data, **settings) + "\n"


def _write_other(value: Any) -> Any:
    """Return what JSON can hold instead of an object of another type."""
    if hasattr(value, "__html__"):
        return str(value.__html__())
    msg = (
        f"A view returned an object of the type {type(value).__name__}, which JSON "
        "cannot hold. Marshal it with fields, or return a dict of its values."
    )
    raise TypeError(msg)


def _write_like_msgspec(value: Any) -> Any:
    return msgspec.to_builtins(value, enc_hook=_write_other)


_encode = msgspec.json.Encoder(enc_hook=_write_other).encode
