"""The pages of Werkzeug's own errors, without rendering each of them twice.

Flask lets an error answer as a WSGI app and makes a response of what it said: two
thirds of what a 404 costs.
"""

from operator import attrgetter
from typing import Any

from flask import Flask
from flask.wrappers import Response
from werkzeug.exceptions import HTTPException, default_exceptions

from .lazy_response import RawResponse
from .response import HTML, STATUS_LINES, is_response_unchanged, length_header

_parts_of = attrgetter(
    "__call__", "get_response", "get_body", "get_description", "get_headers", "name"
)
_STOCK = _parts_of(HTTPException)
_KINDS = frozenset(default_exceptions.values())
_OWN = {"response", "description"}
_bodies: dict[type, tuple[str, int | None, bytes]] = {}


def make_error_page(app: Flask, error: HTTPException) -> RawResponse | None:
    """Return the page of an unhandled error; None if only Werkzeug can make it."""
    kind = type(error)
    if kind not in _KINDS:
        return None
    status = STATUS_LINES.get(kind.code or 0)
    if (
        status is None
        or _parts_of(kind) != _STOCK
        or not vars(error).keys() <= _OWN
        or error.response is not None
        or app.response_class is not Response
        or not is_response_unchanged()
    ):
        return None
    body = _body_of(error)
    return status, [HTML, length_header(len(body))], body


def _body_of(error: Any) -> bytes:
    kind, description = type(error), error.description
    cached = _bodies.get(kind)
    if cached is not None and description is cached[0] and kind.code == cached[1]:
        return cached[2]
    body: bytes = error.get_body().encode()
    if description is kind.description and type(description) is str:
        _bodies[kind] = description, kind.code, body
    return body
