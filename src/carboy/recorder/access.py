"""Who may see traces."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app
from werkzeug.exceptions import NotFound

from carboy.site import is_local_client, require_same_origin
from carboy.ui import secure_response

from .recorder_state import RecorderState


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
        return secure_response(view(**values))

    return guarded_view
