"""The step that sets up a second factor, before a login for which one is required."""

from typing import Any

from flask import session
from sqlalchemy.exc import IntegrityError

from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.errors import NoPendingLoginError, ThrottledError
from carboy.auth.events import record_event
from carboy.auth.login import finish_second_step, get_pending_user
from carboy.auth.safe_redirect import safe_target
from carboy.translation import gettext as _

from .answers import FormPage, refuse, show_form
from .attempts import WrongPasswordError
from .forms import SecondStepForm
from .login_views import find_next
from .new_secrets import get_new_secret, use_first_code
from .recovery_pages import show_codes
from .second_step_views import begin_again, make_factor
from .two_step_views import end_others, report_factor_change, show_secret


def show_set_up() -> Any:
    """Set up an authenticator app, and complete the login."""
    state, form = auth_state.current(), SecondStepForm()
    form.next.data = find_next()
    try:
        user = get_pending_user(sets_up=True)
    except NoPendingLoginError as error:
        return begin_again(error)
    secret = get_new_secret(state, user)
    page = FormPage(
        _("Set up the two-step login"),
        _("Switch on and log in"),
        _("This site asks for a second factor when you log in."),
        template="auth/set_up.html",
    )
    shown = show_secret(state, user, secret)
    if not form.validate_on_submit():
        return show_form(page, form, data=shown)
    try:
        use_first_code(state, user, secret, form.code.data or "")
    except (WrongPasswordError, ThrottledError) as error:
        return refuse(page, form, error, data=shown)
    except IntegrityError:
        # Somebody has set up an app meanwhile.
        state.db.session.rollback()
        return begin_again(NoPendingLoginError(_("Log in again.")))
    return _finish(state, user)


def _finish(state: AuthState, user: Any) -> Any:
    target = safe_target(find_next(), default=state.settings.after_login)
    factor = make_factor(state)
    codes = factor.recovery_codes.create(user.get_id())
    finish_second_step(factor.name, sets_up=True)
    record_event(user, "login")
    report_factor_change(state, user, "two_step_on")
    end_others(state, user)
    session.pop("next", None)
    return show_codes(codes, target)
