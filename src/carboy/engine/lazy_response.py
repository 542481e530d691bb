"""A response that is known byte for byte before it is asked for: a kept page."""

from typing import Any

from flask.wrappers import Response
from werkzeug.datastructures import Headers

from .lazy import Lazy

RawResponse = tuple[str, list[tuple[str, str]], bytes]

_new = object.__new__


class LazyResponse(Response):
    """A stock response whose parts are made when somebody looks at them.

    Nobody does in a request without hooks: then its bytes go out as they are.
    """

    carboy_raw: RawResponse

    headers: Any = Lazy(lambda own: _headers(own.carboy_raw[1]))
    response: Any = Lazy(lambda own: [own.carboy_raw[2]])
    _status: Any = Lazy(lambda own: own.carboy_raw[0])
    _status_code: Any = Lazy(lambda own: int(own.carboy_raw[0][:3]))
    _on_close: Any = Lazy(lambda own: [])  # noqa: ARG005 - as Lazy calls it
    direct_passthrough = False


def make_lazy_response(plain: RawResponse) -> LazyResponse:
    """Make a response of a status line, headers and a body that never change."""
    ready = _new(LazyResponse)
    ready.carboy_raw = plain
    return ready


def _headers(pairs: list[tuple[str, str]]) -> Headers:
    headers: Headers = _new(Headers)
    headers._list = list(pairs)  # noqa: SLF001 - Headers has no cheaper way in
    return headers
