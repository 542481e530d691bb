"""Who may see traces, and what the pages may load."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, make_response
from werkzeug.exceptions import NotFound

from carboy.site import is_local_client, require_same_origin

from .recorder_state import RecorderState

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def guarded(
    state: RecorderState, view: Callable[..., Any], *, writes: bool = False
) -> Callable[..., Any]:
    """Answer 404 to those who may not know that there is something.

    Without a guard, it is a development server on this very machine.
    """

    @wraps(view)
    def guarded_view(**values: Any) -> Any:
        guard = state.guard
        is_allowed = current_app.debug and is_local_client()
        if not (is_allowed if guard is None else guard()):
            raise NotFound
        if writes:
            require_same_origin()
        return secure(make_response(view(**values)))

    return guarded_view


def secure(response: Response) -> Response:
    """Let a page run nothing but our own files, and be stored nowhere."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
