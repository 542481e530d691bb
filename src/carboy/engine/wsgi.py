"""Calls a WSGI app by PEP 3333 for our server, where there is no direct way."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from .interface import ServerResponse

Headers = list[tuple[str, str]]


def call_wsgi(app: Callable[..., Any], environ: dict[str, Any]) -> ServerResponse:
    """Return the response of a WSGI app, run until its headers are known."""
    started: list[tuple[str, Headers]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None) -> Any:
        if started and exc_info is None:
            raise AssertionError("The app called start_response() a second time.")
        started[:] = [(status, headers)]
        return written.append

    body = app(environ, start_response)
    close = getattr(body, "close", None)
    try:
        return _begin(body, close, started, written)
    except BaseException:
        # Nobody else knows of the body yet.
        if close is not None:
            close()
        raise


def _begin(
    body: Iterable[bytes], close: Any, started: list[Any], written: list[bytes]
) -> ServerResponse:
    if not started:
        body = _until_started(iter(body), started, written)
    if not started:
        raise AssertionError("The app ended and never called start_response().")
    status, headers = started[0]
    code = int(status.partition(" ")[0])
    if isinstance(body, list | tuple):
        return ServerResponse(code, status, headers, b"".join((*written, *body)), close)
    if not written:
        # Itself, so that the server can see a file or an event stream in it.
        return ServerResponse(code, status, headers, body, close)
    return ServerResponse(code, status, headers, _pieces(body, written), close)


def _until_started(
    body: Iterator[bytes], started: list[Any], written: list[bytes]
) -> Iterable[bytes]:
    for piece in body:
        if started:
            return chain((piece,), body)
        written.append(piece)
    if not started:
        raise AssertionError("The app ended and never called start_response().")
    return ()


def _pieces(body: Iterable[bytes], written: list[bytes]) -> Iterator[bytes]:
    for piece in body:
        if written:
            yield from written
            written.clear()
        yield piece
    yield from written
