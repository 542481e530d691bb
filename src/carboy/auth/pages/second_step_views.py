"""The second step of a login: a code of an authenticator app or a recovery code."""

from typing import Any

from flask import abort, request, url_for

from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.errors import NoPendingLoginError, ThrottledError
from carboy.auth.events import record_event
from carboy.auth.login import finish_second_step, get_pending_user
from carboy.auth.safe_redirect import safe_target
from carboy.auth.second_factors import AuthenticatorFactor
from carboy.site import wants_json
from carboy.translation import gettext as _

from .answers import FormPage, done, refuse, show_form
from .forms import SecondStepForm
from .login_views import WrongPasswordError, follow, take_attempt


def make_factor(state: AuthState) -> AuthenticatorFactor:
    """Return the authenticator apps of the site."""
    return AuthenticatorFactor(state.app, state.db.session)


def show_second_step() -> Any:
    """Ask for the code, and complete the login."""
    state = auth_state.current()
    target = request.form.get("next") or request.args.get("next")
    target = safe_target(target, default="")
    try:
        user = get_pending_user()
    except NoPendingLoginError as error:
        if wants_json():
            abort(401, str(error))
        return done("", url_for("auth.login", next=target or None))
    page = FormPage(
        _("Enter the code"),
        _("Log in"),
        _("Enter the code of your authenticator app, or a recovery code."),
    )
    form = SecondStepForm()
    form.next.data = target
    if not form.validate_on_submit():
        return show_form(page, form)
    try:
        method = use_code(state, user, form.code.data or "")
    except (WrongPasswordError, ThrottledError) as error:
        return refuse(page, form, error)
    record_event(user, "login")
    state.db.session.commit()
    return follow(state, finish_second_step(method))


def use_code(state: AuthState, user: Any, code: str) -> str:
    """Use a code of a user up and return its method, or raise an error."""
    attempt = take_attempt(state, "second_step", user.get_id())
    method = make_factor(state).use_code(user.get_id(), code)
    if not method:
        record_event(user, "second_step_failed")
        state.db.session.commit()
        raise WrongPasswordError(_("The code is wrong or was used already."))
    if attempt is not None:
        attempt.give_back()
    return method
