"""Calls an app for a response: through the engine, or as WSGI by PEP 3333."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import TracebackType

import flask

from carboy import engine
from carboy.engine import ServerRequest, ServerResponse
from carboy.errors import CarboyError

from .sendfile import find_file_range

Respond = Callable[[ServerRequest], ServerResponse]
WsgiApp = Callable[..., Iterable[bytes]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class AppError(CarboyError):
    """Raised when an app breaks the rules of WSGI, so that nothing could be sent."""


def make_respond(app: Callable[..., object]) -> Respond:
    """Return the function that answers a request for this app."""
    if _is_flask_alone(app):
        return partial(engine.respond, app)

    def respond(request: ServerRequest) -> ServerResponse:
        return call_wsgi(app, request)  # type: ignore[arg-type]  # the result is checked there

    return respond


def call_wsgi(app: WsgiApp, request: ServerRequest) -> ServerResponse:
    """Call the app and return its response, the body not yet read."""
    start = _StartResponse()
    result = app(request.environ, start)
    close = getattr(result, "close", None)
    try:
        body = _begin(result, start)
        status, headers = start.get_head()
        return ServerResponse(int(status[:3]), status, headers, body, close)
    except BaseException:
        if close is not None:
            close()
        raise


def _is_flask_alone(app: object) -> bool:
    """Return whether this is a Flask app without a middleware around it."""
    return isinstance(app, flask.Flask) and "wsgi_app" not in vars(app)


def _begin(result: Iterable[bytes], start: "_StartResponse") -> bytes | Iterable[bytes]:
    """Make sure that the head is known; small complete bodies become bytes."""
    if isinstance(result, (list, tuple)) and len(result) <= 1 and not start.written:
        start.get_head()
        return result[0] if result else b""
    if start.is_called and _is_sent_whole(result):
        return result
    pieces = iter(result)
    first = b""
    if not start.is_called:
        first = _next_piece(pieces)
    written = start.written
    if not written and not first:
        return _join_single_piece(pieces, start)
    return _chain(written, first, pieces)


def _is_sent_whole(result: object) -> bool:
    return (
        getattr(result, "is_event_stream", False) or find_file_range(result) is not None
    )


def _join_single_piece(
    pieces: Iterator[bytes], start: "_StartResponse"
) -> bytes | Iterable[bytes]:
    """Read one piece when the content length says that there is only one."""
    length = start.content_length
    if length is None:
        return pieces
    first = _next_piece(pieces)
    if len(first) == length:
        return first
    return _chain([], first, pieces)


def _next_piece(pieces: Iterator[bytes]) -> bytes:
    for piece in pieces:
        if piece:
            return piece
    return b""


def _chain(
    written: list[bytes], first: bytes, pieces: Iterator[bytes]
) -> Iterator[bytes]:
    yield from written
    if first:
        yield first
    yield from pieces


class _StartResponse:
    """The `start_response` of one request."""

    def __init__(self) -> None:
        self._head: tuple[str, list[tuple[str, str]]] | None = None
        self.written: list[bytes] = []

    def __call__(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: ExcInfo | None = None,
    ) -> Callable[[bytes], object]:
        if exc_info is None and self._head is not None:
            raise AppError("start_response was called twice without exc_info.")
        if not (status[:3].isdecimal() and status[3:4] in {" ", ""}):
            raise AppError(f"The status {status!r} does not begin with three digits.")
        for name, value in headers:
            if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
                raise AppError(
                    f"The response header {name!r} has a character that would change "
                    "the message, for example a line break. Remove or encode it."
                )
        self._head = (status, list(headers))
        return self.written.append

    @property
    def is_called(self) -> bool:
        """Whether the app has called it."""
        return self._head is not None

    @property
    def content_length(self) -> int | None:
        """The length that the app announced, if it is a number."""
        for name, value in self.get_head()[1]:
            if len(name) == 14 and name.lower() == "content-length":
                is_number = value.isascii() and value.isdecimal()
                return int(value) if is_number else None
        return None

    def get_head(self) -> tuple[str, list[tuple[str, str]]]:
        """Return the status and the headers, or raise if there are none."""
        if self._head is None:
            raise AppError(
                "The app returned without calling start_response, so there is no "
                "status to send."
            )
        return self._head
