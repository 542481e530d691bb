"""Answers the requests that the app answers with 404, if they are for the welcome."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from .page import STATIC, make_page

_NOT_FOUND = 404


def with_welcome(app: Flask, wsgi_app: Any) -> Any:
    """Return a WSGI app that adds the welcome to `wsgi_app`, which calls `app`."""
    return _Welcome(app, wsgi_app)


class _Welcome:
    def __init__(self, app: Flask, wsgi_app: WSGIApplication) -> None:
        self._app = app
        self._wsgi_app = wsgi_app
        self._page: Flask | None = None

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if not _asks_for_page(environ) or not _is_missing(self._app, environ):
            return self._wsgi_app(environ, start_response)
        chunks, status, headers = run_wsgi_app(self._wsgi_app, environ, buffered=True)
        answer = Response(chunks, status, headers)
        if answer.status_code != _NOT_FOUND:
            return answer(environ, start_response)
        answer.close()
        if self._page is None:
            # Made when it is first shown: most apps never show it.
            self._page = make_page(self._app)
        return self._page(environ, start_response)


def _asks_for_page(environ: WSGIEnvironment) -> bool:
    path = environ.get("PATH_INFO", "")
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return False
    return path.startswith(STATIC) or (
        path == "/" and "text/html" in environ.get("HTTP_ACCEPT", "")
    )


def _is_missing(app: Flask, environ: WSGIEnvironment) -> bool:
    """Return whether no rule of the app matches, and its 404 page is not its own."""
    if _has_own_page(app):
        return False
    with suppress(HTTPException, ValueError):
        adapter = app.create_url_adapter(app.request_class(environ))
        if adapter is not None:
            try:
                adapter.match()
            except NotFound:
                return True
    return False


def _has_own_page(app: Flask) -> bool:
    by_code = app.error_handler_spec[None]
    handlers = [
        handler
        for code in (_NOT_FOUND, None)
        for error, handler in by_code[code].items()
        if issubclass(NotFound, error)
    ]
    return any(
        not getattr(handler, "__module__", "").startswith("carboy.")
        for handler in handlers
    )
