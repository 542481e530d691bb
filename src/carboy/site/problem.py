"""Problem documents (RFC 9457): what went wrong with a request, for programs."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Response, request
from werkzeug.http import HTTP_STATUS_CODES

from carboy.translation import gettext

from .request_log import request_id

PROBLEM_TYPE = "application/problem+json"


def problem_response(
    status: int,
    detail: str,
    *,
    headers: Iterable[tuple[str, str]] = (),
    **extra: Any,
) -> Response:
    """Return a response with a problem document; `extra` are members of its own."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": gettext(status_phrase(status)),
        "status": status,
        "detail": detail,
        "instance": request.path,
        **extra,
    }
    if identifier := request_id():
        body["request_id"] = identifier
    response = Response(json.dumps(body), status, content_type=PROBLEM_TYPE)
    for name, value in headers:
        response.headers.add(name, value)
    return response


def status_phrase(status: int) -> str:
    """Return the words of a status: `Not Found`."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return HTTP_STATUS_CODES.get(status, "Error")
