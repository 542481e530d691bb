"""Error pages for browsers, problem documents (RFC 9457) for programs."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import (
    Response,
    current_app,
    json,
    render_template,
    request,
)
from flask.globals import request_ctx
from jinja2 import Template
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from carboy.core import Extension, Wiring
from carboy.errors import RefusedError, UnavailableError

from .request_log import request_id

HERE = Path(__file__).parent

# What a visitor can do. A status that is not here has Werkzeug's text.
_ADVICE = {
    400: "The browser sent something that this page cannot read.",
    401: "Log in to see this page.",
    403: "You are not allowed to see this page or to do this.",
    404: "There is no page at this address. It may have moved.",
    405: "This page exists, but does not support this method.",
    413: "The request is larger than this site accepts.",
    422: "Something in the request is missing or wrong.",
    429: "That was too many requests in a short time. Wait a moment, then try again.",
    500: "This is an error of the site. It was logged.",
    503: "A part of this site does not answer. Wait a moment, then try again.",
}


class ErrorPages(Extension):
    """The battery that renders errors, with the look of `carboy.ui` if that is on.

    A site overrides the page with a template `errors/error.html`, or one status with
    a template such as `errors/404.html`.
    """

    name = "pages"

    def install(self, wiring: Wiring) -> None:
        """Handle every HTTP error, and the errors of batteries that have a status."""
        wiring.templates(HERE / "templates")
        wiring.error(HTTPException, _handle_http)
        wiring.error(RefusedError, _handle_refused)
        wiring.error(UnavailableError, _handle_unavailable)


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
    return _render(error.code, detail, headers)


def _handle_refused(error: RefusedError) -> Any:
    headers = []
    if (wait := getattr(error, "retry_after", None)) is not None:
        headers.append(("Retry-After", str(wait)))
    return _render(error.status, str(error), headers)


def _handle_unavailable(error: UnavailableError) -> Any:
    # The message names hosts and settings: it is logged, not shown to visitors.
    current_app.logger.error("%s", error)
    return _render(error.status, None, [("Retry-After", str(error.retry_after))])


def _render(
    status: int, detail: str | None, headers: list[tuple[str, str]]
) -> Response:
    title = _title(status)
    advice = detail or _ADVICE.get(status) or title
    if wants_json():
        body = {"type": "about:blank", "title": title, "status": status}
        body |= {"detail": advice, "instance": request.path}
        if identifier := request_id():
            body["request_id"] = identifier
        text = json.dumps(body)
        response = Response(text, status, content_type="application/problem+json")
    else:
        page = render_template(
            _templates_for(status),
            status=status,
            title=title,
            advice=advice,
            request_id=request_id(),
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


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return HTTP_STATUS_CODES.get(status, "Error")


def wants_json() -> bool:
    """Return whether the client prefers JSON to HTML."""
    if request.is_json and "text/html" not in request.headers.get("Accept", ""):
        return True
    accepted = request.accept_mimetypes
    offered = ["text/html", "application/json", "application/problem+json"]
    best = accepted.best_match(offered, "text/html")
    if best == "text/html":
        return False
    return accepted[best] > accepted["text/html"]
