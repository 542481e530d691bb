"""Protocols of the objects that Granian passes for a request, as far as we use them."""

from typing import Any, Protocol

Headers = list[tuple[str, str]]


class GranianHeaders(Protocol):
    """The headers of a request, names in lower case."""

    def items(self) -> Headers:
        """Return all pairs, those of one name together."""

    def __contains__(self, name: str) -> bool: ...


class GranianScope(Protocol):
    """The head of a request. The path is decoded; bytes that are not UTF-8 are lost."""

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
        """Queue a piece; `next()` on the returned object raises if it is closed."""


class GranianProtocol(Protocol):
    """Reads the body of one request and sends its response; only the first counts."""

    def __call__(self) -> Any:
        """Read the whole body."""

    def __aiter__(self) -> Any:
        """Read the body in pieces."""

    def client_disconnect(self) -> Any:
        """Return a future that is done when the client has disconnected."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a complete response."""

    def response_file(self, status: int, headers: Headers, file: str) -> None:
        """Send what can be read from a path."""

    def response_file_range(
        self, status: int, headers: Headers, file: str, start: int, end: int
    ) -> None:
        """Send a part of a file, without the byte at `end`."""

    def response_stream(self, status: int, headers: Headers) -> GranianTransport:
        """Send the head of a response and return the transport for its body."""


class GranianRequest(Protocol):
    """A request whose head is complete."""

    scope: GranianScope
    proto: GranianProtocol
