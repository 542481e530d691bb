"""Sends one request as exact bytes and reads the answer as it comes, header by header.

Apart from the standard library's client, which corrects what it sends and reads.
"""

import contextlib
import re
import socket
from dataclasses import dataclass, field

TIMEOUT = 30.0
_MAX_HEAD = 1 << 20


class ConnectionEndedError(Exception):
    """Raised when the server ends the connection before an answer is complete."""

    def __init__(self, received: bytes) -> None:
        super().__init__(f"the connection ended after {received[:200]!r}")
        self.received = received


@dataclass(frozen=True)
class Answer:
    """What a client sees: status line, headers in order, and body."""

    status: int
    reason: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def list_values(self, name: str) -> list[str]:
        """Return all values of a header; the name is in lower case."""
        return [value for key, value in self.headers if key == name]

    def find(self, name: str) -> str | None:
        """Return the last value of a header."""
        values = self.list_values(name)
        return values[-1] if values else None


class Connection:
    """A connection that is kept open as long as the server keeps it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._buffer = b""

    def send(self, payload: bytes, method: str) -> Answer:
        """Return the answer to a request; a kept connection that ended is renewed."""
        is_kept = self._socket is not None
        try:
            return self._exchange(payload, method)
        except ConnectionEndedError as error:
            self.close()
            if not is_kept or error.received:
                raise
        return self._exchange(payload, method)

    def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._buffer = None, b""

    def _exchange(self, payload: bytes, method: str) -> Answer:
        if self._socket is None:
            address = ("127.0.0.1", self._port)
            self._socket = socket.create_connection(address, TIMEOUT)
        # A server may answer, and refuse to read the rest.
        with contextlib.suppress(OSError):
            self._socket.sendall(payload)
        answer = self._read_head()
        while 100 <= answer.status < 200 and answer.status != 101:
            answer = self._read_head()
        body = self._read_body(answer, method)
        if _is_last(answer) or b" HTTP/1.0\r\n" in payload[:4096]:
            self.close()
        return Answer(answer.status, answer.reason, answer.headers, body)

    def _read_head(self) -> Answer:
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > _MAX_HEAD or not self._receive():
                raise ConnectionEndedError(self._buffer)
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        match = re.fullmatch(r"HTTP/1\.[01] (\d{3}) ?(.*)", first)
        if match is None:
            raise ConnectionEndedError(head)
        pairs = [line.partition(":") for line in lines]
        headers = [(name.lower(), value.strip(" \t")) for name, _, value in pairs]
        return Answer(int(match[1]), match[2], headers)

    def _read_body(self, answer: Answer, method: str) -> bytes:
        if method == "HEAD" or answer.status in {204, 304}:
            return b""
        if (answer.find("transfer-encoding") or "").lower() == "chunked":
            return self._read_chunks()
        length = answer.find("content-length")
        if length is not None:
            return self._read_exactly(int(length))
        while self._receive():
            pass
        body = self._buffer
        self.close()
        return body

    def _read_chunks(self) -> bytes:
        pieces: list[bytes] = []
        while True:
            size = int(self._read_line().split(b";")[0], 16)
            if size == 0:
                while self._read_line():
                    pass
                return b"".join(pieces)
            pieces.append(self._read_exactly(size))
            self._read_line()

    def _read_line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            if not self._receive():
                raise ConnectionEndedError(self._buffer)
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def _read_exactly(self, size: int) -> bytes:
        while len(self._buffer) < size:
            if not self._receive():
                raise ConnectionEndedError(self._buffer)
        piece, self._buffer = self._buffer[:size], self._buffer[size:]
        return piece

    def _receive(self) -> bool:
        """Add what has arrived to the buffer; return whether there was anything."""
        if self._socket is None:
            return False
        try:
            piece = self._socket.recv(65536)
        except OSError:
            return False
        self._buffer += piece
        return bool(piece)


def _is_last(answer: Answer) -> bool:
    return (answer.find("connection") or "").lower() == "close"
