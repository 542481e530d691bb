"""How an API ends a request with an error."""

from http import HTTPStatus
from typing import Any, NoReturn

import flask
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES


def abort(http_status_code: int, **data: Any) -> NoReturn:
    """End the request with a status; the keywords are the body of the answer."""
    try:
        flask.abort(http_status_code)
    except HTTPException as error:
        if data:
            # Where Flask-RESTful puts it, and handlers look.
            vars(error)["data"] = data
        raise


def status_phrase(status: int | None) -> str:
    """Return the words of a status: `Not Found`."""
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return HTTP_STATUS_CODES.get(status or 0, "")
