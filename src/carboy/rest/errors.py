"""How an API ends a request with an error."""

from typing import Any, NoReturn

import flask
from werkzeug.exceptions import HTTPException


def abort(http_status_code: int, **data: Any) -> NoReturn:
    """End the request with a status; the keywords are the body of the answer."""
    try:
        flask.abort(http_status_code)
    except HTTPException as error:
        if data:
            # Where Flask-RESTful puts it, and handlers look.
            vars(error)["data"] = data
        raise
