"""Errors of requests that operations raise, and their problem documents (RFC 9457)."""

from collections.abc import Iterable
from typing import Any

from flask import Response
from werkzeug.exceptions import HTTPException

from carboy.errors import RefusedError, UnavailableError
from carboy.site import problem_response, status_phrase
from carboy.translation import gettext, gettext_noop

from .field_errors import FieldError

_ERROR = 400
_ADVICE = {
    404: gettext_noop("There is nothing at this address."),
    405: gettext_noop("This address does not support this method."),
    406: gettext_noop("There is no response in a format that the request accepts."),
    413: gettext_noop("The request is larger than this site accepts."),
    500: gettext_noop("This is an error of the site. It was logged."),
    503: gettext_noop(
        "A part of this site does not answer. Wait a moment, then try again."
    ),
}
# The response replaces the body, and with it these.
_OF_BODY = {"content-type", "content-length"}


class InvalidRequestError(RefusedError):
    """Raised when fields of a request are missing or wrong: 422, with all mistakes."""

    status = 422

    def __init__(self, place: str, errors: Iterable[FieldError]) -> None:
        self.errors = [(place, error) for error in errors]
        super().__init__(gettext("Something in the request is missing or wrong."))


class UnreadableBodyError(RefusedError):
    """Raised when a body is not what its content type says: 400."""

    status = 400


class UnauthorizedError(RefusedError):
    """Raised when an operation needs credentials that the request does not have."""

    status = 401

    def __init__(self, challenges: Iterable[str] = ()) -> None:
        self.challenges = list(challenges)
        super().__init__(gettext("This needs credentials that are valid."))


def answer_problem(error: Exception) -> Response | None:
    """Return the problem document of an exception, or None if it is a fault."""
    if isinstance(error, InvalidRequestError):
        errors = [
            {"in": place, "path": one.path, "code": one.code, "message": one.message}
            for place, one in error.errors
        ]
        return problem_response(error.status, str(error), errors=errors)
    if isinstance(error, RefusedError):
        return problem_response(error.status, str(error), headers=_headers_of(error))
    if isinstance(error, UnavailableError):
        headers = [("Retry-After", str(error.retry_after))]
        # The message names hosts and settings: clients do not see it.
        return problem_response(error.status, gettext(_ADVICE[503]), headers=headers)
    if isinstance(error, HTTPException):
        return _answer_http(error)
    return None


def answer_fault() -> Response:
    """Return the problem document for a fault of the site, which says nothing of it."""
    return problem_response(500, gettext(_ADVICE[500]))


def _answer_http(error: HTTPException) -> Response | None:
    if error.response is not None or (error.code or 0) < _ERROR:
        return None
    headers = [
        (name, value)
        for name, value in error.get_response().headers
        if name.lower() not in _OF_BODY
    ]
    code = error.code or 500
    # What `abort(404, …)` of this package was given.
    data: dict[str, Any] = dict(getattr(error, "data", {}))
    detail = data.pop("message", None)
    if detail is None and error.description != type(error).description:
        detail = error.description
    if detail is None:
        detail = gettext(_ADVICE.get(code) or error.description or status_phrase(code))
    extra = {name: value for name, value in data.items() if name.isidentifier()}
    reserved = {"type", "title", "status", "detail", "instance", "headers"}
    extra = {name: value for name, value in extra.items() if name not in reserved}
    return problem_response(code, str(detail), headers=headers, **extra)


def _headers_of(error: RefusedError) -> list[tuple[str, str]]:
    headers = []
    if (wait := getattr(error, "retry_after", None)) is not None:
        headers.append(("Retry-After", str(wait)))
    challenges = getattr(error, "challenges", ())
    headers.extend(("WWW-Authenticate", challenge) for challenge in challenges)
    return headers
