"""The way from a view's result to the server: bytes directly, or Flask's Response."""

from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask.wrappers import Response
from werkzeug.datastructures import Headers
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wsgi import ClosingIterator

from .interface import ServerResponse
from .json_encoder import encode, has_default_dumps, has_default_response
from .lazy_response import LazyResponse, RawResponse
from .wsgi import call_wsgi

_new = object.__new__
HTML = ("Content-Type", "text/html; charset=utf-8")
JSON = ("Content-Type", "application/json")
OK = "200 OK"
# The Content-Length headers of small bodies, made once.
LENGTH_HEADERS: dict[int, tuple[str, str]] = {}
_MAX_LENGTHS = 2048
# Werkzeug rewrites these when a response is sent.
_REWRITTEN = frozenset({"location", "content-location"})
# Without those whose headers depend on the status.
STATUS_LINES = {
    code: f"{code} {name.upper()}"
    for code, name in HTTP_STATUS_CODES.items()
    if code >= 200 and code not in {204, 304}
}
# What `Response.__init__` leaves in an instance; one more could be an override.
PARTS = frozenset(vars(Response()))
# Apps set `Response.default_mimetype` and its like.
RESPONSE_VARS = vars(Response)
RESPONSE_CLASS_SIZE = len(RESPONSE_VARS)
DEFAULT_MIMETYPE = Response.default_mimetype


def is_response_unchanged() -> bool:
    """Return whether Flask's Response does what it did when it was imported."""
    return (
        len(RESPONSE_VARS) == RESPONSE_CLASS_SIZE
        and Response.default_mimetype == DEFAULT_MIMETYPE
        and Response.autocorrect_location_header is False
    )


def length_header(size: int) -> tuple[str, str]:
    """Return the Content-Length header; keep that of a small size."""
    pair = "Content-Length", str(size)
    if size < _MAX_LENGTHS:
        LENGTH_HEADERS[size] = pair
    return pair


def make_raw_response(app: Flask, rv: Any) -> RawResponse | None:
    """Return status line, headers and body of a result that needs no Response."""
    if app.response_class is not Response or not is_response_unchanged():
        return None
    kind = type(rv)
    status: str | None = OK
    if kind is LazyResponse:
        return _copy_raw_response(rv)
    if kind is tuple and len(rv) == 2 and type(rv[1]) is int:
        rv, status = rv[0], STATUS_LINES.get(rv[1])
        kind = type(rv)
    header = HTML
    if kind is str:
        body = rv.encode()
    elif kind is bytes:
        body = rv
    elif (kind is dict or kind is list) and _writes_default_json(app.json):
        header = JSON
        body = f"{encode(app.json, rv)}\n".encode()  # type: ignore[arg-type]  # it is
    else:
        return None
    if status is None:
        return None
    return status, [header, ("Content-Length", str(len(body)))], body


def _copy_raw_response(response: LazyResponse) -> RawResponse | None:
    """Return what a lazy response holds, unless an app has looked at it."""
    if len(vars(response)) != 1:
        return None
    status, pairs, body = response.carboy_raw
    return status, list(pairs), body


def _writes_default_json(provider: Any) -> bool:
    return (
        has_default_dumps(provider)
        and has_default_response(provider)
        and provider.mimetype == JSON[1]
    )


def make_response(app: Flask, rv: Any) -> Any:
    """Return what `app.make_response` returns, for less where bytes are enough."""
    if type(rv) is Response and app.response_class is Response:
        return rv
    plain = make_raw_response(app, rv)
    return app.make_response(rv) if plain is None else _to_response(plain)


def make_json_response(body: bytes) -> Response:
    """Return the response of a JSON body."""
    return _to_response((OK, [JSON, ("Content-Length", str(len(body)))], body))


def _to_response(plain: RawResponse) -> Response:
    # Response.__init__ parses what is known here already: 5 of 6 microseconds.
    status, pairs, body = plain
    headers: Headers = _new(Headers)
    headers._list = pairs  # noqa: SLF001 - Headers has no cheaper way in
    response: Any = _new(Response)
    response.headers = headers
    response._status = status  # noqa: SLF001 - the setter would parse it
    response._status_code = int(status[:3])  # noqa: SLF001 - as above
    response.direct_passthrough = False
    response._on_close = []  # noqa: SLF001 - what __init__ leaves
    response.response = [body]
    return response  # type: ignore[no-any-return]  # made without __init__


def send(
    answer: Any, environ: dict[str, Any], start_response: Any, *, is_head: bool
) -> Iterable[bytes]:
    """Start the response and return its body."""
    plain = answer if type(answer) is tuple else _to_raw_response(answer)
    if plain is None:
        streamed: Iterable[bytes] = answer(environ, start_response)
        return streamed
    status, headers, body = plain
    start_response(status, headers)
    # A list: servers send it in one piece, and step through any other iterable.
    pieces = [] if is_head else [body]
    if plain is not answer and answer._on_close:  # noqa: SLF001 - no public face
        return ClosingIterator(pieces, answer.close)
    return pieces


def _to_raw_response(response: Any) -> RawResponse | None:
    """Return what `Response.__call__` would send, if that can be seen at once."""
    if (
        type(response) is not Response
        or len(RESPONSE_VARS) != RESPONSE_CLASS_SIZE
        or (own := response.__dict__).keys() != PARTS
    ):
        return None
    pieces, headers = own["response"], own["headers"]
    code, status = own["_status_code"], own["_status"]
    # An app may have replaced any of them: only the usual types are known here.
    if (
        type(pieces) is not list
        or len(pieces) != 1
        or type(pieces[0]) is not bytes
        or type(headers) is not Headers
        or type(code) is not int
        or code not in STATUS_LINES
        or type(status) is not str
        or type(own["_on_close"]) is not list
        or own["direct_passthrough"]
    ):
        return None
    pairs = headers._list  # noqa: SLF001 - a copy is made once, below
    has_length = False
    for name, _ in pairs:
        if type(name) is not str or (lower := name.lower()) in _REWRITTEN:
            return None
        if lower == "content-length":
            has_length = True
    return (status, list(pairs), pieces[0]) if has_length else None


def make_server_response(answer: Any, request: Any, *, is_head: bool) -> ServerResponse:
    """Return to our server what `send` would give to a WSGI server."""
    plain = answer if type(answer) is tuple else _to_raw_response(answer)
    if plain is None:
        return call_wsgi(answer, request.environ)
    status, headers, body = plain
    body = b"" if is_head else body
    if plain is answer:
        return ServerResponse(int(status[:3]), status, headers, body)
    response = ServerResponse(answer.status_code, status, headers, body)
    if answer._on_close:  # noqa: SLF001 - no public face
        response.on_close = answer.close
    return response


def wrap_tuple(result: tuple[Any, ...]) -> Any:
    """Return a response for a tuple that a hook or an error handler has returned.

    It is no RawResponse, however much it may look like one: stock Flask calls it,
    which raises.
    """
    call: Any = result

    def response(environ: dict[str, Any], start_response: Any) -> Any:
        return call(environ, start_response)

    return response
