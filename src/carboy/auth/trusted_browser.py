"""The cookie of a browser that is not asked for the second factor for a while."""

import hashlib
import time
from typing import Any

from flask import Response, request

from carboy.core import get_current_app

from .app_state import AuthState, auth_state
from .second_factors import TrustedBrowsers

_DAY = 86_400


def trusted_browsers(state: AuthState) -> TrustedBrowsers:
    """Return the trusted browsers of the site."""
    return TrustedBrowsers(state.db.session(), time.time)


def is_trusted_browser(user: Any) -> bool:
    """Return whether this browser may skip the second step of this user."""
    state = auth_state.find(get_current_app())
    if state is None or not state.settings.trusted_browser_days:
        return False
    value = request.cookies.get(_cookie_name(user))
    return bool(value) and trusted_browsers(state).is_trusted(user.get_id(), value)


def trust_browser(state: AuthState, user: Any, response: Response) -> None:
    """Trust this browser from now on; the caller commits."""
    days, config = state.settings.trusted_browser_days, state.app.config
    label = request.headers.get("User-Agent", "")
    value = trusted_browsers(state).trust(user.get_id(), label, days=days)
    response.set_cookie(
        _cookie_name(user),
        value,
        max_age=days * _DAY,
        path=config.get("APPLICATION_ROOT") or "/",
        secure=bool(config.get("REMEMBER_COOKIE_SECURE", request.is_secure)),
        httponly=True,
        samesite="Lax",
    )


def _cookie_name(user: Any) -> str:
    # One for each person who uses this browser.
    digest = hashlib.sha256(f"carboy.auth trust {user.get_id()}".encode())
    return f"trusted_browser_{digest.hexdigest()[:12]}"
