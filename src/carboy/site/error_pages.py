"""Error pages for browsers, problem documents (RFC 9457) for programs."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from flask import (
    Response,
    current_app,
    render_template,
    request,
)
from flask.globals import request_ctx
from jinja2 import Template
from werkzeug.exceptions import BadRequestKeyError, HTTPException

from carboy.core import (
    AppState,
    Extension,
    Section,
    Wiring,
    get_current_app,
    setting,
)
from carboy.errors import RefusedError, UnavailableError
from carboy.translation import get_language, gettext, gettext_noop

from .hints import make_hints
from .problem import problem_response, status_phrase
from .request_log import request_id

HERE = Path(__file__).parent

# What a visitor can do. A status that is not here has Werkzeug's text.
_ADVICE = {
    400: gettext_noop("The browser sent something that this page cannot read."),
    401: gettext_noop("Log in to see this page."),
    403: gettext_noop("You are not allowed to see this page or to do this."),
    404: gettext_noop("There is no page at this address. It may have moved."),
    405: gettext_noop("This page exists, but does not support this method."),
    413: gettext_noop("The request is larger than this site accepts."),
    422: gettext_noop("Something in the request is missing or wrong."),
    429: gettext_noop(
        "That was too many requests in a short time. Wait a moment, then try again."
    ),
    500: gettext_noop("This is an error of the site. It was logged."),
    503: gettext_noop(
        "A part of this site does not answer. Wait a moment, then try again."
    ),
}

# Titles that are translated; other statuses have their English name.
TITLES = (
    gettext_noop("Bad Request"),
    gettext_noop("Unauthorized"),
    gettext_noop("Forbidden"),
    gettext_noop("Not Found"),
    gettext_noop("Method Not Allowed"),
    gettext_noop("Not Acceptable"),
    gettext_noop("Request Timeout"),
    gettext_noop("Conflict"),
    gettext_noop("Gone"),
    gettext_noop("Request Entity Too Large"),
    gettext_noop("Unsupported Media Type"),
    gettext_noop("Unprocessable Entity"),
    gettext_noop("Unprocessable Content"),
    gettext_noop("Content Too Large"),
    gettext_noop("Too Many Requests"),
    gettext_noop("Internal Server Error"),
    gettext_noop("Bad Gateway"),
    gettext_noop("Service Unavailable"),
    gettext_noop("Gateway Timeout"),
)


class ErrorSettings(Section, frozen=True, kw_only=True):
    """Error page settings."""

    prefix: ClassVar[str] = "ERRORS"

    format: Annotated[
        Literal["auto", "json"],
        setting(
            "auto: a page for browsers, JSON for clients that accept it. json: a"
            " problem document for everyone, as fits an API."
        ),
    ] = "auto"


class ErrorPages(Extension):
    """The battery that renders errors, with the look of `carboy.ui` if that is on.

    A site overrides the page with a template `errors/error.html`, or one status with
    a template such as `errors/404.html`.
    """

    name = "pages"

    def install(self, wiring: Wiring) -> None:
        """Handle every HTTP error, and the errors of batteries that have a status."""
        error_settings.set(wiring.app, wiring.settings(ErrorSettings))
        wiring.templates(HERE / "templates")
        wiring.error(HTTPException, _handle_http)
        wiring.error(RefusedError, _handle_refused)
        wiring.error(UnavailableError, _handle_unavailable)


error_settings: AppState[ErrorSettings] = AppState("carboy.errors")


def _handle_http(error: HTTPException) -> Any:
    if error.code is None or error.response is not None or error.code < 400:
        # A redirect, or an error with a response of its own.
        return error
    headers = [
        (name, value)
        for name, value in error.get_response().headers
        if name.lower() not in {"content-type", "content-length"}
    ]
    default = getattr(type(error), "description", None)
    detail = error.description if error.description != default else None
    if isinstance(error, BadRequestKeyError):
        # Its text is for developers, who get a solution below it.
        detail = None
    return _render(error.code, detail, headers, error)


def _handle_refused(error: RefusedError) -> Any:
    headers = []
    if (wait := getattr(error, "retry_after", None)) is not None:
        headers.append(("Retry-After", str(wait)))
    return _render(error.status, str(error), headers, error)


def _handle_unavailable(error: UnavailableError) -> Any:
    # The message names hosts and settings: it is logged, not shown to visitors.
    current_app.logger.error("%s", error)
    headers = [("Retry-After", str(error.retry_after))]
    return _render(error.status, None, headers, error)


def _render(
    status: int, detail: str | None, headers: list[tuple[str, str]], error: Exception
) -> Response:
    hints = make_hints(get_current_app(), status, error)
    phrase = status_phrase(status)
    advice = detail or gettext(_ADVICE.get(status) or phrase)
    if wants_json():
        return problem_response(status, advice, headers=headers, **hints.to_json())
    page = render_template(
        _templates_for(status),
        status=status,
        title=gettext(phrase),
        advice=advice,
        request_id=request_id(),
        _=gettext,
        ui_language=get_language,
        solution=hints.solution,
        routes=hints.routes,
    )
    response = Response(page, status, content_type="text/html; charset=utf-8")
    for name, value in headers:
        response.headers.add(name, value)
    return response


def _templates_for(status: int) -> list[str | Template]:
    built_in = "carboy/error.html"
    if request_ctx.url_adapter is None:
        # An unknown host: url_for cannot work, and a page of the site most likely
        # calls it.
        return [built_in]
    return [f"errors/{status}.html", "errors/error.html", built_in]


def wants_json() -> bool:
    """Return whether the client prefers JSON to HTML, or the site has only JSON."""
    section = error_settings.find(get_current_app())
    if section is not None and section.format == "json":
        return True
    if request.is_json and "text/html" not in request.headers.get("Accept", ""):
        return True
    accepted = request.accept_mimetypes
    offered = ["text/html", "application/json", "application/problem+json"]
    best = accepted.best_match(offered, "text/html")
    if best == "text/html":
        return False
    return accepted[best] > accepted["text/html"]
