"""Connect policies, roles and API tokens with the users of an app."""

import time
from functools import partial
from typing import Any

from flask import Request, abort

from carboy.core import Wiring, get_current_app

from .access import AccessState, access_state, can
from .accounts import find_by_id, find_user, load_user
from .api_tokens import ApiTokens, load_token_user
from .app_state import AuthState
from .credential_tables import METADATA
from .current_user import get_manager, get_user
from .required_factors import is_admitted


def install_access(wiring: Wiring, state: AuthState) -> None:
    """Connect policies with the current user, and tokens with programs."""
    find_user_id = partial(_find_user_id, state)
    access = AccessState(get_user, state.db.session, _refuse_visitor, find_user_id)
    access_state.set(wiring.app, access)
    wiring.template_global("can", can)
    for name in METADATA.tables:
        wiring.table(name)
    manager: Any = getattr(wiring.app, "login_manager", None)
    if manager.request_callback is None:
        manager.request_loader(lambda request: _load_by_token(state, request))


def _find_user_id(state: AuthState, login: str) -> str | None:
    user = find_user(state, login) or find_by_id(state, login)
    return None if user is None else str(user.get_id())


def _refuse_visitor() -> Any:
    """Stop the request with the answer for visitors: the login page, or a 401."""
    abort(get_current_app().make_response(get_manager().unauthorized()))


def _load_by_token(state: AuthState, request: Request) -> Any:
    if "Authorization" not in request.headers:
        return None
    tokens = ApiTokens(state.db.session(), time.time)
    return load_token_user(
        state.app, request, tokens, lambda user_id: _load_admitted(state, user_id)
    )


def _load_admitted(state: AuthState, user_id: str) -> Any:
    """Return the owner of a token; None for one who lacks a required factor."""
    user = load_user(state, user_id)
    return user if user is not None and is_admitted(state, user) else None
