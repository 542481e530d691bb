"""Error pages for people, problem documents (RFC 9457) for programs."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import (
    Response,
    current_app,
    json,
    render_template,
    request,
    send_from_directory,
)
from flask.globals import request_ctx
from jinja2 import Template
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from carboy.core import Extension, Wiring
from carboy.errors import RefusedError, UnavailableError

from .request_log import request_id

HERE = Path(__file__).parent

# What a visitor can do about it. A status that is not here gets Werkzeug's text.
_ADVICE = {
    400: "The browser sent something that this page cannot make sense of.",
    401: "This page is for people who are logged in.",
    403: "You are not allowed to see this page or to do this.",
    404: "There is no page at this address. It may have moved, or never existed.",
    405: "This page exists, but cannot be asked for in this way.",
    413: "What was sent is larger than this site accepts.",
    422: "Something in what was sent is missing or wrong.",
    429: "That was too many requests in a short time. Wait a moment, then try again.",
    500: "The mistake is ours. It was written down, and somebody will look at it.",
    503: "A part of this site does not answer. Wait a moment, then load it again.",
}


class ErrorPages(Extension):
    """The battery that answers errors, and serves the look of built-in pages.

    A site overrides the page with a template `errors/error.html`, or one status with
    a template such as `errors/404.html`.
    """

    name = "pages"

    def install(self, wiring: Wiring) -> None:
        """Answer every HTTP error, and the errors of batteries that carry a status."""
        wiring.templates(HERE / "templates")
        wiring.error(HTTPException, _answer_http)
        wiring.error(RefusedError, _answer_refused)
        wiring.error(UnavailableError, _answer_unavailable)
        wiring.route("/-/static/<path:name>", _static, endpoint="carboy.static")


def _static(name: str) -> Response:
    return send_from_directory(HERE / "static", name, max_age=86_400)


def _answer_http(error: HTTPException) -> Any:
    if error.code is None or error.response is not None or error.code < 400:
        # A redirect, or an answer that somebody made ready.
        return error
    made = error.get_response()
    kept = [
        (name, value)
        for name, value in made.headers
        if name.lower() not in {"content-type", "content-length"}
    ]
    default = getattr(type(error), "description", None)
    told = error.description if error.description != default else None
    return _answer(error.code, told, kept)


def _answer_refused(error: RefusedError) -> Any:
    headers = []
    if (wait := getattr(error, "retry_after", None)) is not None:
        headers.append(("Retry-After", str(wait)))
    return _answer(error.status, str(error), headers)


def _answer_unavailable(error: UnavailableError) -> Any:
    # The message names hosts and settings: it goes to the log, not to visitors.
    current_app.logger.error("%s", error)
    return _answer(error.status, None, [("Retry-After", str(error.retry_after))])


def _answer(status: int, told: str | None, headers: list[tuple[str, str]]) -> Response:
    title = _title(status)
    advice = told or _ADVICE.get(status) or title
    if wants_json():
        body = {"type": "about:blank", "title": title, "status": status}
        body |= {"detail": advice, "instance": request.path}
        if mark := request_id():
            body["request_id"] = mark
        text = json.dumps(body)
        answer = Response(text, status, content_type="application/problem+json")
    else:
        page = render_template(
            _templates_for(status),
            status=status,
            title=title,
            advice=advice,
            request_id=request_id(),
        )
        answer = Response(page, status, content_type="text/html; charset=utf-8")
    for name, value in headers:
        answer.headers.add(name, value)
    return answer


def _templates_for(status: int) -> list[str | Template]:
    own = "carboy/error.html"
    if request_ctx.url_adapter is None:
        # A host name that is not ours: nothing can make a URL now, and a page of the
        # site most likely wants to.
        return [own]
    return [f"errors/{status}.html", "errors/error.html", own]


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return HTTP_STATUS_CODES.get(status, "Error")


def wants_json() -> bool:
    """Tell whether this client would rather read JSON than HTML."""
    if request.is_json and "text/html" not in request.headers.get("Accept", ""):
        return True
    accepted = request.accept_mimetypes
    offered = ["text/html", "application/json", "application/problem+json"]
    best = accepted.best_match(offered, "text/html")
    if best == "text/html":
        return False
    return accepted[best] > accepted["text/html"]
