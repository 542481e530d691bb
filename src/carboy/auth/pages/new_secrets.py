"""The secret of an authenticator app that is being set up, kept in the session."""

from typing import Any

from flask import session

from carboy.auth.app_state import AuthState
from carboy.auth.login_manager import NEW_APP
from carboy.auth.second_factors import make_secret
from carboy.translation import gettext as _

from .attempts import WrongPasswordError, take_attempt
from .second_step_views import make_factor


def get_new_secret(state: AuthState, user: Any) -> str:
    """Return the secret that this session sets up; no other session is shown it.

    Somebody who has seen the page before the owner would know all later codes.
    """
    totp, user_id = make_factor(state).totp, user.get_id()
    if NEW_APP not in session:
        session[NEW_APP] = totp.seal(make_secret(), user_id)
    return totp.open(session[NEW_APP], user_id)


def use_first_code(state: AuthState, user: Any, secret: str, code: str) -> None:
    """Store the secret with its first code, or raise an error.

    Raises an error of the database if another app was set up meanwhile.
    """
    attempt = take_attempt(state, "second_step", user.get_id())
    if not make_factor(state).totp.set_up(user.get_id(), secret, code):
        raise WrongPasswordError(_("The code is wrong or was used already."))
    session.pop(NEW_APP, None)
    if attempt is not None:
        attempt.give_back()
