"""The same app on stock Flask and on the engine, with the same requests."""

import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.test import create_environ

from carboy.engine import Engine, ServerRequest, ServerResponse, respond

KEY = "k" * 32
Reply = tuple[str, list[tuple[str, str]], bytes]
Build = Callable[[Any], object]


class Fast(Engine, Flask):
    """A Flask on the engine that leaves the class `Flask` alone."""


def make(build: Build, base: type[Flask] = Fast, **options: Any) -> Flask:
    """Return an app to which `build` has added its views."""
    app = base("twins", **options)
    app.secret_key = KEY
    build(app)
    return app


def call_app(app: Any, environ: dict[str, Any]) -> Reply:
    """Return the reply of a WSGI app, read to the end."""
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
    """Return a request as our server hands it over."""
    fields: dict[str, Any] = {
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "path": path,
        "query_string": "",
        "headers": [("host", "localhost")],
    }
    return ServerRequest(**(fields | changes))


def warm_up(app: Flask) -> Flask:
    """Return an app after one request, so that its plan and its host are known."""
    call_app(app, create_environ("/settle"))
    return app


def read(answer: ServerResponse) -> Reply:
    """Return a response of `respond`, read to the end."""
    body = answer.body
    text = body if isinstance(body, bytes) else b"".join(body)
    answer.close()
    return answer.status_line, answer.headers, text


def check_same(build: Build, *paths: str, **options: Any) -> list[Reply]:
    """Return the replies, after checking that both doors reply as Flask does, twice."""
    stock, fast = make(build, Flask), make(build)
    replies = []
    for path in (*paths, *paths):
        expected, reply = _within_a_second(
            lambda path=path: call_app(stock, create_environ(path, **options)),
            lambda path=path: call_app(fast, create_environ(path, **options)),
        )
        assert reply == expected
        replies.append(expected)
    if not options:
        stock, edge = warm_up(make(build, Flask)), warm_up(make(build))
        for path in paths:
            plain, _, query = path.partition("?")
            expected, reply = _within_a_second(
                lambda path=path: call_app(stock, create_environ(path)),
                lambda plain=plain, query=query: read(
                    respond(edge, source(plain, query_string=query))
                ),
            )
            assert reply == expected
    return replies[: len(paths)]


def _within_a_second(*calls: Callable[[], Reply]) -> list[Reply]:
    """Return the replies, made in one second: signed cookies hold the time."""
    while True:
        second = int(time.time())
        replies = [call() for call in calls]
        if int(time.time()) == second:
            return replies
