"""The same app twice, on stock Flask and on the engine, asked the same."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.test import create_environ

from carboy.engine import Engine, ServerRequest, ServerResponse, respond

KEY = "k" * 32
Said = tuple[str, list[tuple[str, str]], bytes]
Build = Callable[[Any], object]


class Fast(Engine, Flask):
    """A Flask on the engine that leaves the class `Flask` alone."""


def make(build: Build, base: type[Flask] = Fast, **options: Any) -> Flask:
    """Make an app and let `build` add to it."""
    app = base("twins", **options)
    app.secret_key = KEY
    build(app)
    return app


def ask(app: Any, environ: dict[str, Any]) -> Said:
    """Ask a WSGI app and read its answer to the end."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
        started[:] = [(status, headers)]

    body = app(environ, start_response)
    try:
        text = b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    return *started[0], text


def source(path: str = "/", **changes: Any) -> ServerRequest:
    """Make what the edge would hand over."""
    fields: dict[str, Any] = {
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "path": path,
        "query_string": "",
        "headers": [("host", "localhost")],
    }
    return ServerRequest(**(fields | changes))


def settle(app: Flask) -> Flask:
    """Let an app see one request, so that its plan and its host are known."""
    ask(app, create_environ("/settle"))
    return app


def read(answer: ServerResponse) -> Said:
    """Read an answer of the edge's door to the end."""
    body = answer.body
    text = body if isinstance(body, bytes) else b"".join(body)
    answer.close()
    return answer.status_line, answer.headers, text


def check_same(build: Build, *paths: str, **options: Any) -> list[Said]:
    """Check that stock Flask and both doors of the engine say the same, twice."""
    stock, fast = make(build, Flask), make(build)
    said = []
    for path in (*paths, *paths):
        expected = ask(stock, create_environ(path, **options))
        assert ask(fast, create_environ(path, **options)) == expected
        said.append(expected)
    if not options:
        edge = settle(make(build))
        for path, expected in zip(paths, said, strict=False):
            plain, _, query = path.partition("?")
            assert read(respond(edge, source(plain, query_string=query))) == expected
    return said[: len(paths)]
