"""Recovery codes belong to the account, whatever its second factor is."""

from typing import Any

from flask import url_for

from carboy.auth.app_state import AuthState
from carboy.auth.factors import list_factors_of
from carboy.auth.second_factors import RecoveryCodes
from carboy.translation import gettext as _

from .answers import show
from .second_step_views import make_factor


def show_codes(codes: list[str], target: str = "") -> Any:
    """Show new codes, once; `target` is where the visitor goes then."""
    return show(
        "auth/recovery_codes.html",
        {"codes": codes},
        title=_("Recovery codes"),
        target=target or url_for("auth.account"),
    )


def show_first_codes(state: AuthState, user: Any) -> Any:
    """Show recovery codes to a user who now needs them and has none, or return None."""
    user_id, codes = user.get_id(), _codes(state)
    if not list_factors_of(state.app, user_id) or codes.count(user_id):
        return None
    made = codes.create(user_id)
    state.db.session.commit()
    return show_codes(made)


def drop_codes_without_factor(state: AuthState, user: Any) -> None:
    """Delete the recovery codes of a user who has no second factor any more."""
    user_id = user.get_id()
    if not list_factors_of(state.app, user_id):
        _codes(state).remove(user_id)


def _codes(state: AuthState) -> RecoveryCodes:
    return make_factor(state).recovery_codes
