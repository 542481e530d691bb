"""One request and its answer, from the gate to the last byte."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from carboy.engine import ServerRequest, ServerResponse
from carboy.server.logs import AccessLog, log
from carboy.server.options import ServeOptions
from carboy.server.threads.event_loop import Lane
from carboy.server.threads.view_threads import Place

from .connections import cut_connection
from .granian_types import Connection, Headers
from .request_head import RefusedError, ServedSource
from .sendfile import find_part
from .static_files import StaticFiles, send_part
from .streaming import ClientGoneError, Pipe

Respond = Callable[[ServerRequest], ServerResponse]
Carry = Callable[[Connection, ServerResponse, ServerRequest], None]
CLOSE = ("connection", "close")
TEXT = ("content-type", "text/plain; charset=utf-8")


class Exchange:
    """Turns requests into answers; `is_closing` asks clients to leave."""

    def __init__(self, options: ServeOptions, respond: Respond, lane: Lane) -> None:
        self._respond = respond
        self._lane = lane
        self._patience = options.limits.write_timeout
        self._static = StaticFiles(options.static) if options.static else None
        self._access: AccessLog | None = None
        if options.access_log != "off":
            self._access = AccessLog(options.access_log)
            lane.tick(0.5, self._access.flush)
        self.is_closing = False
        self.carry: Carry | None = None
        self.answered = 0

    def run(self, source: ServedSource, place: Place) -> None:
        """Answer one request; nothing that it does may end the thread."""
        began = time.perf_counter() if self._access is not None else 0.0
        conn = source.conn
        place.enter(source.method, source.path)
        try:
            self._answer(conn, source, began)
        except BaseException:  # noqa: BLE001 (a thread has to outlive even SystemExit)
            log.exception("%s %s failed", source.method, ascii(source.path[:200]))
            # Harmless if an answer has begun: only the first one counts.
            conn.response_bytes(500, [TEXT], b"Internal Server Error\n")
        finally:
            self.answered += 1
            if source.body is not None:
                source.body.close()

    def flush(self) -> None:
        """Write what the access log still holds."""
        if self._access is not None:
            self._access.flush()

    def _answer(self, conn: Connection, source: ServedSource, began: float) -> None:
        if self._static is not None:
            sent = self._static.send(conn, source)
            if sent is not None:
                self._note(source, *sent, began)
                return
        answer = self._respond(source)
        if answer.is_final and not self.is_closing:
            # What `_send` does with most answers, without asking what they are.
            body: bytes = answer.body  # type: ignore[assignment]  # it is, in a tidy one
            conn.response_bytes(answer.status, answer.headers, body)
            if self._access is not None:
                self._note(source, answer.status, len(body), began)
            return
        is_whole = isinstance(answer.body, bytes)
        if not is_whole and self.carry is not None and _is_carried(answer):
            self.carry(conn, answer, source)
            return
        try:
            size = self._send(conn, source, answer)
        finally:
            if answer.on_close is not None:
                answer.close()
        self._note(source, answer.status, size, began)

    def _note(
        self, source: ServerRequest, status: int, size: int, began: float
    ) -> None:
        if self._access is not None:
            self._access.note(source, status, size, began)

    def _send(
        self, conn: Connection, source: ServedSource, answer: ServerResponse
    ) -> int:
        body = answer.body
        headers = answer.headers
        if not answer.is_final:
            headers = tidy(headers, len(body) if isinstance(body, bytes) else 0)
        if self.is_closing:
            headers = [*headers, CLOSE]
        if isinstance(body, bytes):
            conn.response_bytes(answer.status, headers, body)
            return len(body)
        if source.method == "HEAD" or answer.status in {204, 304}:
            conn.response_bytes(answer.status, headers, b"")
            return 0
        part = find_part(body)
        if part is not None:
            headers = _with_length(headers, part.end - part.start)
            send_part(conn, source, answer.status, headers, part)
            return part.end - part.start
        return self._stream(conn, source, answer.status, headers, body)

    def _stream(
        self,
        conn: Connection,
        source: ServedSource,
        status: int,
        headers: Headers,
        body: Iterable[bytes],
    ) -> int:
        pipe: Pipe | None = None
        promised = _get_promised(headers)
        try:
            for piece in filter(None, body):
                if pipe is None:
                    pipe = Pipe(self._lane, conn, status, headers)
                pipe.write(piece, self._patience)
        except ClientGoneError:
            log.debug("%s %s: the client left", source.method, source.path)
        except BaseException:
            self._cut(pipe, source)
            raise
        finally:
            if pipe is not None:
                pipe.close()
        if pipe is None:
            conn.response_bytes(status, tidy(headers, 0, is_whole=True), b"")
            return 0
        if promised is not None and pipe.taken < promised:
            self._cut(pipe, source)
        return pipe.taken

    def _cut(self, pipe: Pipe | None, source: ServedSource) -> None:
        """End the connection: a body that just ended would look complete."""
        if pipe is not None:
            cut_connection(source.peer)


def _is_carried(answer: ServerResponse) -> bool:
    return getattr(answer.body, "is_event_stream", False)


def refuse(conn: Connection, error: RefusedError) -> None:
    """Answer a request that may not pass, and end its connection."""
    text = f"{error.reason}\n".encode()
    conn.response_bytes(error.status, [TEXT, CLOSE], text)


def tidy(headers: Headers, length: int, *, is_whole: bool = False) -> Headers:
    """Return headers that Granian can send as they are meant.

    A wrong length would leave the client waiting or show it the next answer's bytes;
    how a body is framed is not the app's business. A length of 0 stands for a body
    that is left out or not known yet, unless that is the whole of it.
    """
    for name, value in headers:
        size = len(name)
        if (
            not value.isascii()
            or (size == 14 and (length or is_whole) and _is_wrong(name, value, length))
            or (size == 17 and name.lower() == "transfer-encoding")
        ):
            return _mend(headers, length if length or is_whole else None)
    return headers


def _is_wrong(name: str, value: str, length: int) -> bool:
    return value != str(length) and name.lower() == "content-length"


def _mend(headers: Headers, length: int | None) -> Headers:
    mended = []
    for name, value in headers:
        lowered = name.lower()
        if lowered == "transfer-encoding":
            continue
        if lowered == "content-length" and length is not None:
            mended.append((name, str(length)))
        else:
            mended.append((name, _as_text(value)))
    return mended


def _as_text(value: str) -> str:
    """Undo the latin-1 view of UTF-8 bytes: Granian encodes to UTF-8 by itself."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _get_promised(headers: Headers) -> int | None:
    for name, value in headers:
        if name.lower() == "content-length" and value.isdecimal():
            return int(value)
    return None


def _with_length(headers: Headers, length: int) -> Headers:
    kept = [pair for pair in headers if pair[0].lower() != "content-length"]
    return [*kept, ("content-length", str(length))]
