"""What Granian gives for a request, as far as it is used here."""

from __future__ import annotations

from typing import Any, Protocol

Headers = list[tuple[str, str]]


class GranianHeaders(Protocol):
    """The headers of a request, names in lower case."""

    def items(self) -> Headers:
        """Return all pairs, those of one name together."""

    def __contains__(self, name: str) -> bool: ...


class GranianScope(Protocol):
    """The head of a request; the path is decoded, lossily where it was no UTF-8."""

    method: str
    scheme: str
    http_version: str
    path: str
    query_string: str
    authority: str | None
    client: str
    headers: GranianHeaders


class GranianTransport(Protocol):
    """The body of a response that is sent piece by piece."""

    def send_bytes(self, data: bytes) -> Any:
        """Queue a piece; taking the next of what is returned raises if it is closed."""


class GranianProtocol(Protocol):
    """One request's way back to its client; only the first response counts."""

    def __call__(self) -> Any:
        """Read the whole body."""

    def __aiter__(self) -> Any:
        """Read the body in pieces."""

    def client_disconnect(self) -> Any:
        """Return a future for the moment when the client is gone."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer."""

    def response_file(self, status: int, headers: Headers, file: str) -> None:
        """Answer with what is read from a path."""

    def response_file_range(
        self, status: int, headers: Headers, file: str, start: int, end: int
    ) -> None:
        """Answer with a part of a file, without the byte at `end`."""

    def response_stream(self, status: int, headers: Headers) -> GranianTransport:
        """Begin an answer."""


class GranianRequest(Protocol):
    """A request whose head is complete."""

    scope: GranianScope
    proto: GranianProtocol
