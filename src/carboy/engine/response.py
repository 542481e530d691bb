"""What goes out: plain results directly, everything else as Flask's Response."""

from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask.wrappers import Response
from werkzeug.datastructures import Headers
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wsgi import ClosingIterator

from .interface import ServerResponse
from .json_encoder import encode, is_plain_responder, is_plain_writer
from .lazy_response import LazyResponse, RawResponse
from .wsgi import ask

_new = object.__new__
_own = vars(Response)
_KNOWN = len(_own)
_MIMETYPE = Response.default_mimetype
HTML = ("Content-Type", "text/html; charset=utf-8")
JSON = ("Content-Type", "application/json")
OK = "200 OK"
# The headers of small sizes, made once.
LENGTHS: dict[int, tuple[str, str]] = {}
_MOST_LENGTHS = 2048
_OUT = frozenset({"location", "content-location"})
# Without those whose headers depend on the status.
STATUS = {
    code: f"{code} {name.upper()}"
    for code, name in HTTP_STATUS_CODES.items()
    if code >= 200 and code not in {204, 304}
}
# What `Response.__init__` leaves in an instance; one more could be an override.
PARTS = frozenset(vars(Response()))


def is_stock() -> bool:
    """Tell whether nobody has changed what Flask's Response does by default.

    To set `Response.default_mimetype` and its like is an old custom.
    """
    return (
        len(_own) == _KNOWN
        and Response.default_mimetype == _MIMETYPE
        and Response.autocorrect_location_header is False
    )


def length_of(size: int) -> tuple[str, str]:
    """Make the header, and keep it if it is likely to be wanted again."""
    pair = "Content-Length", str(size)
    if size < _MOST_LENGTHS:
        LENGTHS[size] = pair
    return pair


def make_plain(app: Flask, rv: Any) -> RawResponse | None:
    """Give status line, headers and body of a result that needs no response object."""
    if app.response_class is not Response or not is_stock():
        return None
    kind = type(rv)
    status = OK
    if kind is LazyResponse:
        if len(vars(rv)) != 1:
            return None
        status, pairs, body = rv.carboy_plain
        return status, list(pairs), body
    if kind is tuple and len(rv) == 2 and type(rv[1]) is int:
        known = STATUS.get(rv[1])
        if known is None:
            return None
        rv, status = rv[0], known
        kind = type(rv)
    header = HTML
    if kind is str:
        body = rv.encode()
    elif kind is bytes:
        body = rv
    elif kind is dict or kind is list:
        provider: Any = app.json
        if (
            not is_plain_writer(provider)
            or not is_plain_responder(provider)
            or provider.mimetype != JSON[1]
        ):
            return None
        header = JSON
        body = f"{encode(provider, rv)}\n".encode()
    else:
        return None
    return status, [header, ("Content-Length", str(len(body)))], body


def make_response(app: Flask, rv: Any) -> Any:
    """Do what `app.make_response` does, for less where the result is plain."""
    if type(rv) is Response and app.response_class is Response:
        return rv
    plain = make_plain(app, rv)
    return app.make_response(rv) if plain is None else _as_response(plain)


def as_json(body: bytes) -> Response:
    """Make the response of a JSON body."""
    return _as_response((OK, [JSON, ("Content-Length", str(len(body)))], body))


def _as_response(plain: RawResponse) -> Response:
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
    """Start the response and give its body."""
    plain = answer if type(answer) is tuple else _as_plain(answer)
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


def _as_plain(response: Any) -> RawResponse | None:
    """Give what `Response.__call__` would send, if that can be seen at once."""
    if type(response) is not Response or len(_own) != _KNOWN:
        return None
    own = response.__dict__
    if own.keys() != PARTS:
        return None
    pieces, headers = own["response"], own["headers"]
    code, status = own["_status_code"], own["_status"]
    # An app may have put anything in their places: only the usual types are known.
    if (
        type(pieces) is not list
        or len(pieces) != 1
        or type(headers) is not Headers
        or type(code) is not int
        or code not in STATUS
        or type(status) is not str
        or type(own["_on_close"]) is not list
    ):
        return None
    pairs = headers._list  # noqa: SLF001 - a copy is made once, below
    has_length = False
    for name, _ in pairs:
        if type(name) is not str:
            return None
        lower = name.lower()
        if lower in _OUT:
            return None
        if lower == "content-length":
            has_length = True
    if not has_length or own["direct_passthrough"]:
        return None
    piece = pieces[0]
    if type(piece) is str:
        piece = piece.encode()
    elif type(piece) is not bytes:
        return None
    return status, list(pairs), piece


def make_answer(answer: Any, request: Any, *, is_head: bool) -> ServerResponse:
    """Give the edge what `send` would have given a WSGI server."""
    plain = answer if type(answer) is tuple else _as_plain(answer)
    if plain is None:
        return ask(answer, request.environ)
    status, headers, body = plain
    body = b"" if is_head else body
    if plain is answer:
        return ServerResponse(int(status[:3]), status, headers, body)
    made = ServerResponse(answer.status_code, status, headers, body)
    if answer._on_close:  # noqa: SLF001 - no public face
        made.on_close = answer.close
    return made


def wrap_tuple(result: tuple[Any, ...]) -> Any:
    """Return a response for a tuple that a hook or an error handler has returned.

    It is no RawResponse, however much it may look like one: stock Flask calls it,
    which raises.
    """
    return lambda environ, start_response: result(environ, start_response)
