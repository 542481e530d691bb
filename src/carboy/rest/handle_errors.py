"""What an API answers when a view, a hook or the routing raises."""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from flask import Flask, got_request_exception, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from carboy.core import AppState, get_current_app
from carboy.site import status_phrase

from .openapi import Described
from .results import split_result
from .typed import answer_fault, answer_problem

_SERVER_ERROR = 500
_NOT_ACCEPTABLE = 406
_UNAUTHORIZED = 401


class ErrorAnswerer(Described, Protocol):
    """The parts of an API that make the answer for an exception."""

    representations: dict[str, Callable[..., Any]]
    default_mediatype: str | None
    catch_all_404s: bool
    errors: dict[str, Any]

    def owns_endpoint(self, endpoint: str) -> bool:
        """Return whether an endpoint is one of its own."""

    def owns_address(self, path: str) -> bool:
        """Return whether an address at which there is nothing is one of its own."""

    def answers_with_problems(self, endpoint: str | None) -> bool:
        """Return whether errors of an endpoint are problem documents."""

    def handle_error(self, e: Exception) -> Any:
        """Return the response for an exception."""

    def find_handler(self, error: Exception) -> Callable[..., Any] | None:
        """Return the function of the API for an exception."""

    def make_response(
        self,
        data: Any,
        code: Any = 200,
        headers: Any = None,
        *,
        fallback_mediatype: str | None = None,
    ) -> Any:
        """Return a response in the format that the client accepts."""

    def unauthorized(self, response: Any) -> Any:
        """Ask for credentials."""


_answerers: AppState[list[ErrorAnswerer]] = AppState("carboy.rest")


def list_apis(app: Flask) -> list[ErrorAnswerer]:
    """Return the APIs of an app, in the order in which they were added."""
    return _answerers.find(app) or []


def owns_endpoint(app: Flask, endpoint: str) -> bool:
    """Return whether an endpoint belongs to one of the APIs of an app."""
    return any(api.owns_endpoint(endpoint) for api in list_apis(app))


def add_router(app: Flask, api: ErrorAnswerer) -> None:
    """Send exceptions of this API's resources to it, all others to the app."""
    answerers = _answerers.find(app)
    if answerers is None:
        answerers = _answerers.set(app, [])
        # Flask has no hook that sees errors before its handlers.
        vars(app)["handle_exception"] = _route_errors(
            app, app.handle_exception, is_last=True
        )
        vars(app)["handle_user_exception"] = _route_errors(
            app, app.handle_user_exception, is_last=False
        )
    answerers.append(api)


def _route_errors(
    app: Flask, handle: Callable[[Exception], Any], *, is_last: bool
) -> Any:
    def route(e: Exception) -> Any:
        api, endpoint = _find_api(app)
        if api is None:
            return handle(e)
        if api.answers_with_problems(endpoint):
            return _answer_with_problem(app, e, handle, is_last=is_last)
        # If the API cannot answer, the app's own handlers come next.
        with suppress(Exception):
            return api.handle_error(e)
        return handle(e)

    return route


def _answer_with_problem(
    app: Flask, error: Exception, handle: Callable[[Exception], Any], *, is_last: bool
) -> Any:
    problem = answer_problem(error)
    if problem is not None:
        return problem
    if not is_last or _propagates(app):
        # A handler of the site for this exception, or the debugger.
        return handle(error)
    got_request_exception.send(app, exception=error)
    app.log_exception(sys.exc_info())
    return app.finalize_request(answer_fault(), from_error_handler=True)


def _find_api(app: Flask) -> tuple[ErrorAnswerer | None, str | None]:
    """Return the API that a request belongs to, and the endpoint.

    There is an endpoint also if no rule fits the method; otherwise it is None.
    """
    answerers = _answerers.of(app)
    if request.url_rule is not None:
        return _find_owner(answerers, request.url_rule.endpoint)
    adapter = app.create_url_adapter(request)
    if adapter is None:
        return None, None
    try:
        adapter.match()
    except MethodNotAllowed as error:
        methods = list(error.valid_methods or ())
        rule, _ = adapter.match(method=methods[0], return_rule=True)
        return _find_owner(answerers, rule.endpoint)
    except NotFound:
        path = request.path
        return _first(answerers, lambda api: api.owns_address(path)), None
    except RequestRedirect:
        pass
    return None, None


def _find_owner(
    answerers: list[ErrorAnswerer], endpoint: str
) -> tuple[ErrorAnswerer | None, str]:
    return _first(answerers, lambda api: api.owns_endpoint(endpoint)), endpoint


def _first(
    answerers: list[ErrorAnswerer], accepts: Callable[[ErrorAnswerer], bool]
) -> ErrorAnswerer | None:
    return next((api for api in answerers if accepts(api)), None)


def answer_error(api: ErrorAnswerer, error: Exception) -> Any:
    """Return the response for an exception, in the format that the client accepts."""
    app = get_current_app()
    handler = api.find_handler(error)
    if handler is not None:
        result = handler(error)
        if not isinstance(result, tuple):
            result = result, _SERVER_ERROR
        return api.make_response(*split_result(result))
    got_request_exception.send(app, exception=error)
    is_http = isinstance(error, HTTPException)
    if not is_http and _propagates(app):
        raise error
    if isinstance(error, HTTPException) and error.response is not None:
        return error.get_response()
    status = error.code or _SERVER_ERROR if isinstance(error, HTTPException) else 500
    data, status = _make_body(api, error, status)
    if status >= _SERVER_ERROR:
        app.log_exception(sys.exc_info())
    # The length is that of Werkzeug's own page.
    headers = Headers(
        (name, value)
        for name, value in _list_headers(error)
        if name.lower() not in {"content-length", "content-type"}
    )
    fallback = None
    if status == _NOT_ACCEPTABLE and api.default_mediatype is None:
        # A client that accepts nothing of ours is told so in what there is.
        fallback = next(iter(api.representations), "text/plain")
    response = api.make_response(data, status, headers, fallback_mediatype=fallback)
    return api.unauthorized(response) if status == _UNAUTHORIZED else response


def _make_body(
    api: ErrorAnswerer, error: Exception, status: int
) -> tuple[dict[str, Any], int]:
    """Return the body for an exception, and its status."""
    description = getattr(error, "description", None) if status else None
    default = {"message": description or status_phrase(status)}
    if not isinstance(error, HTTPException):
        default = {"message": status_phrase(status)}
    body = dict(getattr(error, "data", default))
    custom = api.errors.get(type(error).__name__)
    if custom is not None:
        status = custom.get("status", _SERVER_ERROR)
        body.update(custom)
    return body, status


def _list_headers(error: Exception) -> list[tuple[str, str]]:
    if isinstance(error, HTTPException):
        return list(error.get_response().headers.items())
    return []


def _propagates(app: Flask) -> bool:
    setting = app.config.get("PROPAGATE_EXCEPTIONS")
    return (app.testing or app.debug) if setting is None else bool(setting)
