"""Views that need a login, and views that need a fresh one."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import abort, current_app, request, session

from carboy.core import get_current_app

from .access import mark_access
from .app_state import auth_state
from .current_user import get_manager, get_user
from .login import has_shown_factor, login_fresh
from .login_manager import has_bearer

P = ParamSpec("P")
R = TypeVar("R")

_EXEMPT = {"OPTIONS"}


def login_required(view: Callable[P, R]) -> Callable[P, R]:
    """Call the view only for a user who is logged in."""
    return mark_access(_guard(view, _answer_anonymous), "login")


def fresh_login_required(view: Callable[P, R]) -> Callable[P, R]:
    """Call the view only if the user has shown a factor in this session, lately."""
    return mark_access(_guard(view, _answer_stale), "fresh login")


def full_login_required(view: Callable[P, R]) -> Callable[P, R]:
    """Call the view only after a fresh login with the second factor of the user.

    For what changes the ways to log in. Without a second factor, as
    `fresh_login_required`.
    """
    return mark_access(_guard(view, _answer_partial), "fresh login")


def require_fresh() -> None:
    """Stop the request with the page that asks for a factor, unless it is fresh."""
    answer = _answer_stale()
    if answer is not None:
        abort(get_current_app().make_response(answer))


def require_full() -> None:
    """Stop the request as `full_login_required` does."""
    answer = _answer_partial()
    if answer is not None:
        abort(get_current_app().make_response(answer))


def is_fresh() -> bool:
    """Return whether the login is fresh: in this session, and not long ago."""
    # A session that comes with a token need not be that of the token's user.
    if has_bearer() or not login_fresh():
        return False
    state = auth_state.find(get_current_app())
    if state is None or "_auth_time" not in session:
        # A login manager alone: as in Flask-Login.
        return state is None
    age: float = time.time() - session["_auth_time"]
    return 0 <= age < state.settings.fresh_for


def _answer_anonymous() -> Any:
    return None if get_user().is_authenticated else get_manager().unauthorized()


def _answer_stale() -> Any:
    answer = _answer_anonymous()
    if answer is not None:
        return answer
    return None if is_fresh() else get_manager().needs_refresh()


def _answer_partial() -> Any:
    answer = _answer_stale()
    if answer is not None:
        return answer
    return None if has_shown_factor(get_user()) else get_manager().needs_refresh()


def _guard(view: Callable[P, R], find_answer: Callable[[], Any]) -> Callable[P, R]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not (request.method in _EXEMPT or current_app.config.get("LOGIN_DISABLED")):
            answer = find_answer()
            if answer is not None:
                return answer
        return current_app.ensure_sync(view)(*args, **kwargs)

    return guarded


__all__ = [
    "fresh_login_required",
    "full_login_required",
    "is_fresh",
    "login_required",
    "require_fresh",
    "require_full",
]
