"""A response whose bytes are known, such as a cached page, made without its parts."""

from typing import Any

from flask.wrappers import Response
from werkzeug.datastructures import Headers

from .lazy import Lazy

RawResponse = tuple[str, list[tuple[str, str]], bytes]

_new = object.__new__


class LazyResponse(Response):
    """Flask's Response with parts that are made when they are first read.

    In a request without hooks nothing reads them: the bytes are sent as they are.
    """

    carboy_raw: RawResponse

    headers: Any = Lazy(lambda own: _headers(own.carboy_raw[1]))
    response: Any = Lazy(lambda own: [own.carboy_raw[2]])
    _status: Any = Lazy(lambda own: own.carboy_raw[0])
    _status_code: Any = Lazy(lambda own: int(own.carboy_raw[0][:3]))
    _on_close: Any = Lazy(lambda own: [])  # noqa: ARG005 - as Lazy calls it
    direct_passthrough = False


def make_lazy_response(raw: RawResponse) -> LazyResponse:
    """Return a response for a status line, headers and a body that never change."""
    response = _new(LazyResponse)
    response.carboy_raw = raw
    return response


def _headers(pairs: list[tuple[str, str]]) -> Headers:
    headers: Headers = _new(Headers)
    headers._list = list(pairs)  # noqa: SLF001 - Headers has no cheaper way in
    return headers
