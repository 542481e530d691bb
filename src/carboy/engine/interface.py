"""The contract between our server and the engine: a request and its response.

It is apart from WSGI so that the server needs no environ.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes


def path_info(target: str) -> str:
    """Return the WSGI PATH_INFO of the percent-encoded path of a request line.

    An ASCII path without a percent sign is its own PATH_INFO.
    """
    if "%" not in target and target.isascii():
        return target
    return unquote_to_bytes(target).decode("latin-1")


@dataclass(slots=True)
class ServerRequest:
    """A complete request that has no environ yet.

    All strings follow the WSGI rules: characters stand for bytes (latin-1). `path` is
    what PATH_INFO would be, already percent-decoded; `path_info` makes it from a raw
    target. `query_string` is still encoded. `headers` are in arrival order, names in
    lower case, values without outer blanks; the body is complete, so the server leaves
    `transfer-encoding` out and gives the length of the body in `content_length`
    (None: the request has no body and named no length). `client` and `server` are
    host and port; a Unix socket has the port 0. `extra` goes into the environ as it is.
    """

    method: str
    scheme: str
    http_version: str
    path: str
    query_string: str
    headers: list[tuple[str, str]]
    client: tuple[str, int] = ("", 0)
    server: tuple[str, int] = ("localhost", 80)
    root_path: str = ""
    body: BinaryIO | None = None
    content_length: int | None = None
    multithread: bool = True
    multiprocess: bool = True
    extra: dict[str, Any] | None = None
    built_environ: dict[str, Any] | None = field(default=None, init=False, repr=False)
    # The Host header and the cookies, if the server has them already; no host where
    # the request is to change the protocol.
    parsed_headers: tuple[str | None, str | None] | None = field(
        default=None, init=False, repr=False
    )

    @property
    def environ(self) -> dict[str, Any]:
        """The WSGI environment: made at the first read, the same object ever after."""
        if self.built_environ is None:
            self.built_environ = _make_environ(self)
        return self.built_environ

    def find_header(self, name: str) -> str | None:
        """Return a header as the environ has it; the name is in lower case."""
        values = [value for key, value in self.headers if key == name]
        if len(values) == 1:
            return values[0]
        return ("; " if name == "cookie" else ",").join(values) if values else None

    def watch_disconnect(self, callback: Callable[[], object]) -> None:
        """Call `callback` on some thread when the client has disconnected.

        It may be called after the response too. A server that cannot tell never does.
        """


@dataclass(slots=True)
class ServerResponse:
    """A response to send; the server calls `close()` at the end.

    `body` is complete when it is `bytes`, else a stream of pieces. A HEAD request, a
    204 and a 304 have an empty body and keep their headers. A final response
    is complete and has nothing to close; its headers are ASCII, have the length of the
    body and nothing about the transfer.
    """

    status: int
    status_line: str
    headers: list[tuple[str, str]]
    body: bytes | Iterable[bytes]
    on_close: Callable[[], object] | None = None
    is_final: bool = False

    def close(self) -> None:
        """Run the callbacks of the app after the response was sent, once."""
        on_close, self.on_close = self.on_close, None
        if on_close is not None:
            on_close()


def _make_environ(source: ServerRequest) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": source.method,
        "SCRIPT_NAME": source.root_path,
        "PATH_INFO": source.path,
        "QUERY_STRING": source.query_string,
        "SERVER_NAME": source.server[0],
        "SERVER_PORT": str(source.server[1]),
        "SERVER_PROTOCOL": f"HTTP/{source.http_version}",
        "REMOTE_ADDR": source.client[0],
        "REMOTE_PORT": str(source.client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": source.scheme,
        "wsgi.input": BytesIO() if source.body is None else source.body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": source.multithread,
        "wsgi.multiprocess": source.multiprocess,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in source.headers:
        _add_header(environ, name, value)
    if source.content_length is not None:
        environ["CONTENT_LENGTH"] = str(source.content_length)
    if source.extra:
        environ.update(source.extra)
    return environ


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    key = name.upper().replace("-", "_")
    if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
        key = f"HTTP_{key}"
    if key not in environ:
        environ[key] = value
    elif key == "HTTP_COOKIE":
        environ[key] += f"; {value}"
    elif key != "CONTENT_LENGTH":
        environ[key] += f",{value}"
