"""Asking a plain WSGI callable for an answer, by the letter of PEP 3333."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType

from carboy.engine import ServerRequest, ServerResponse
from carboy.errors import CarboyError

from .sendfile import find_part

WsgiApp = Callable[..., Iterable[bytes]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class AppError(CarboyError):
    """Raised when an app breaks the rules of WSGI, so that nothing could be sent."""


def call_wsgi(app: WsgiApp, source: ServerRequest) -> ServerResponse:
    """Call the app and return its answer, the body not yet read."""
    start = _Start()
    result = app(source.environ, start)
    close = getattr(result, "close", None)
    try:
        body = _begin(result, start)
    except BaseException:
        if close is not None:
            close()
        raise
    status, headers = start.get_head()
    return ServerResponse(int(status[:3]), status, headers, body, close)


def _begin(result: Iterable[bytes], start: _Start) -> bytes | Iterable[bytes]:
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
        return _shorten(pieces, start)
    return _chain(written, first, pieces)


def _is_sent_whole(result: object) -> bool:
    return getattr(result, "is_event_stream", False) or find_part(result) is not None


def _shorten(pieces: Iterator[bytes], start: _Start) -> bytes | Iterable[bytes]:
    """Read one piece when its length says that it is all there is."""
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


class _Start:
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
        return self._head is not None

    @property
    def content_length(self) -> int | None:
        for name, value in self.get_head()[1]:
            if len(name) == 14 and name.lower() == "content-length":
                return int(value) if value.isdecimal() else None
        return None

    def get_head(self) -> tuple[str, list[tuple[str, str]]]:
        if self._head is None:
            raise AppError(
                "The app returned without calling start_response, so there is no "
                "status to send."
            )
        return self._head
