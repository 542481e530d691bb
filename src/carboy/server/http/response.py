"""Answers one request: static file, view, stream or event stream."""

import json
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus

from carboy.engine import ServerRequest, ServerResponse
from carboy.server.logs import AccessLog, log
from carboy.server.options import ServeOptions
from carboy.server.threads.event_loop import EventLoop
from carboy.server.threads.view_threads import ThreadSlot

from .call_app import Respond
from .checked_send import CheckedHead, InvalidResponseError, check_head, send_bytes
from .connections import close_connection
from .granian_types import GranianProtocol, Headers
from .reason_phrases import USUAL_LINES, report_own_phrase
from .request_head import IncomingRequest, RejectedRequestError
from .sendfile import FileRange, find_file_range
from .static_files import StaticFiles, send_part
from .streaming import ClientGoneError, Pipe

StreamHandler = Callable[[GranianProtocol, ServerResponse, ServerRequest], None]
CLOSE = ("connection", "close")
TEXT = ("content-type", "text/plain; charset=utf-8")
PROBLEM = ("content-type", "application/problem+json")


class RequestHandler:
    """Turns requests into responses; `is_closing` asks clients to disconnect."""

    def __init__(
        self,
        options: ServeOptions,
        respond: Respond,
        event_loop: EventLoop,
        stream_handler: StreamHandler,
    ) -> None:
        self._respond = respond
        self._event_loop = event_loop
        self._stream_handler = stream_handler
        self._write_timeout = options.limits.write_timeout
        self._static = StaticFiles(options.static) if options.static else None
        self._access: AccessLog | None = None
        if options.access_log != "off":
            self._access = AccessLog(options.access_log)
            event_loop.call_every(0.5, self._access.flush)
        self.is_closing = False
        self.answered = 0

    def run(self, request: IncomingRequest, slot: ThreadSlot) -> None:
        """Answer one request; no exception of a view ends the thread."""
        started = time.perf_counter() if self._access is not None else 0.0
        slot.enter(request.method, request.path)
        try:
            self._answer(request.protocol, request, started)
        except BaseException:  # noqa: BLE001 - a thread has to outlive even SystemExit
            log_failure(request)
            # Harmless if a response has begun: only the first one counts.
            send_failure(request.protocol)
        finally:
            self.answered += 1
            if request.body is not None:
                request.body.close()

    def flush(self) -> None:
        """Write the lines that the access log still holds."""
        if self._access is not None:
            self._access.flush()

    def _answer(
        self, protocol: GranianProtocol, request: IncomingRequest, started: float
    ) -> None:
        if self._static is not None:
            sent = self._static.send(protocol, request)
            if sent is not None:
                self._note(request, *sent, started)
                return
        response = self._respond(request)
        body = response.body
        if response.is_final and type(body) is bytes and not self.is_closing:
            # Most responses. The engine made the head from constants and the length,
            # so there is nothing to check.
            protocol.response_bytes(response.status, response.headers, body)
            if self._access is not None:
                self._note(request, response.status, len(body), started)
            return
        if response.status_line not in USUAL_LINES:
            report_own_phrase(response.status, response.status_line)
        if not isinstance(body, bytes) and _is_event_stream(body):
            self._stream_handler(protocol, response, request)
            return
        try:
            size = self._send(protocol, request, response)
        finally:
            if response.on_close is not None:
                response.close()
        self._note(request, response.status, size, started)

    def _note(
        self, request: ServerRequest, status: int, size: int, started: float
    ) -> None:
        if self._access is not None:
            self._access.note(request, status, size, started)

    def _send(
        self,
        protocol: GranianProtocol,
        request: IncomingRequest,
        response: ServerResponse,
    ) -> int:
        body = response.body
        status, headers = response.status, response.headers
        if self.is_closing:
            headers = [*headers, CLOSE]
        is_bare = request.method == "HEAD" or status in {204, 304}
        if isinstance(body, bytes):
            length = None if is_bare else len(body)
            send_bytes(protocol, check_head(status, headers, length), body)
            return len(body)
        if is_bare:
            send_bytes(protocol, check_head(status, headers, None), b"")
            return 0
        part = find_file_range(body)
        if part is not None:
            return _send_file(protocol, request, (status, headers), part)
        return self._stream(request, check_head(status, headers, None), body)

    def _stream(
        self, request: IncomingRequest, head: CheckedHead, body: Iterable[bytes]
    ) -> int:
        pipe: Pipe | None = None
        try:
            for piece in filter(None, body):
                data = _check_piece(piece)
                if pipe is None:
                    pipe = Pipe(self._event_loop, request.protocol, head)
                pipe.write(data, self._write_timeout)
        except ClientGoneError:
            log.debug("%s %s: the client left", request.method, request.path)
        except BaseException:
            # A body that just ended would look complete.
            if pipe is not None:
                close_connection(request.peer)
            raise
        finally:
            if pipe is not None:
                pipe.close()
        if pipe is None:
            empty = check_head(head.status, head.headers, 0)
            send_bytes(request.protocol, empty, b"")
            return 0
        promised = _get_content_length(head.headers)
        if promised is not None and pipe.taken < promised:
            close_connection(request.peer)
        return pipe.taken


def _is_event_stream(body: object) -> bool:
    """Return whether the event loop sends this body, so that no thread waits for it."""
    return getattr(body, "is_event_stream", False) is True


def refuse(protocol: GranianProtocol, error: RejectedRequestError) -> None:
    """Answer a request that is not let in, and end its connection."""
    kind, body = _refusals.render(error.status, error.reason)
    send_bytes(protocol, CheckedHead(error.status, [kind, CLOSE]), body)


class _Refusals:
    """How the responses look that the server itself sends: text, or JSON."""

    def __init__(self) -> None:
        self.are_json = False

    def render(self, status: int, reason: str) -> tuple[tuple[str, str], bytes]:
        """Return the content type and the body."""
        if not self.are_json:
            return TEXT, f"{reason}\n".encode()
        title = HTTPStatus(status).phrase
        problem = {"type": "about:blank", "title": title, "status": status}
        return PROBLEM, json.dumps(problem | {"detail": reason}).encode()


_refusals = _Refusals()


def use_problem_documents(*, are_used: bool) -> None:
    """Answer with problem documents (RFC 9457) what does not reach the app."""
    _refusals.are_json = are_used


def log_failure(request: ServerRequest) -> None:
    """Log the exception that is being handled, with the request that raised it."""
    log.exception("%s %s failed", request.method, ascii(request.path[:200]))


def send_failure(protocol: GranianProtocol) -> None:
    """Answer with a 500."""
    kind, body = _refusals.render(500, "Internal Server Error")
    send_bytes(protocol, CheckedHead(500, [kind]), body)


def _send_file(
    protocol: GranianProtocol,
    request: IncomingRequest,
    head: tuple[int, Headers],
    part: FileRange,
) -> int:
    status, headers = head
    if not any(name.lower() == "content-length" for name, _ in headers):
        headers = [*headers, ("content-length", str(part.size))]
    # A length of the app's stays where it is, and becomes that of the file.
    send_part(protocol, request, check_head(status, headers, part.size), part)
    return part.size


def _check_piece(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    if isinstance(piece, (bytearray, memoryview)):
        return bytes(piece)
    raise InvalidResponseError(
        f"A piece of a response body must be bytes, got {type(piece).__name__}."
    )


def _get_content_length(headers: Headers) -> int | None:
    for name, value in headers:
        if name.lower() == "content-length":
            return int(value)
    return None
