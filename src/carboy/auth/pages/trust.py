"""The second step's choice to trust the browser."""

from typing import Any

from flask import Response

from carboy.auth.app_state import AuthState
from carboy.auth.events import record_event
from carboy.auth.trusted_browser import trust_browser
from carboy.translation import gettext as _


def offer_trust(state: AuthState, form: Any) -> None:
    """Word the choice of a form, or take it out where no browser can be trusted."""
    days = state.settings.trusted_browser_days
    if days:
        form.trust.label.text = _(
            "Do not ask for the second step in this browser for %(days)d days",
            days=days,
        )
    else:
        del form.trust


def trust_if_chosen(
    state: AuthState, user: Any, form: Any, response: Response
) -> Response:
    """Trust the browser if its user has chosen to."""
    if "trust" in form and form.trust.data:
        trust_browser(state, user, response)
        record_event(user, "browser_trusted")
        state.db.session.commit()
    return response
