"""The second step of a login: a code of an app, a recovery code, or a passkey."""

from typing import Any

from flask import abort, url_for

from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.errors import NoPendingLoginError, ThrottledError
from carboy.auth.events import record_event
from carboy.auth.factors import list_factors_of
from carboy.auth.login import finish_second_step, get_pending_user
from carboy.auth.second_factors import AuthenticatorFactor, PasskeyError
from carboy.core import get_current_app
from carboy.site import wants_json
from carboy.translation import gettext as _

from .answers import FormPage, done, refuse, show_form
from .attempts import WrongPasswordError, take_attempt
from .forms import CodeStepForm, PasskeyForm
from .login_views import find_next, follow
from .passkeys import get_passkeys, send_options, use_passkey
from .trust import offer_trust, trust_if_chosen


def make_factor(state: AuthState) -> AuthenticatorFactor:
    """Return the authenticator apps of the site."""
    return AuthenticatorFactor(state.app, state.db.session, state.clock)


def show_second_step() -> Any:
    """Ask for the code, and complete the login."""
    state, form = auth_state.current(), CodeStepForm()
    form.next.data = find_next()
    offer_trust(state, form)
    try:
        user = get_pending_user()
    except NoPendingLoginError as error:
        return begin_again(error)
    has_app = make_factor(state).is_set_up(user.get_id())
    page = FormPage(
        _("Enter the code"),
        _("Log in"),
        _("Enter the code of your authenticator app, or a recovery code.")
        if has_app
        else _("Enter one of your recovery codes."),
        template="auth/second_step.html",
    )
    context = {"others": list_other_steps(user, "auth.second_step")}
    if not form.validate_on_submit():
        return show_form(page, form, **context)
    try:
        method = use_code(state, user, form.code.data or "")
    except (WrongPasswordError, ThrottledError) as error:
        return refuse(page, form, error, **context)
    return _finish(state, user, form, method)


def show_passkey_step() -> Any:
    """Ask for a passkey, and complete the login."""
    state, form = auth_state.current(), PasskeyForm()
    form.next.data = find_next()
    offer_trust(state, form)
    try:
        user = get_pending_user()
    except NoPendingLoginError as error:
        return begin_again(error)
    page = FormPage(
        _("Confirm with your passkey"),
        _("Use the passkey"),
        _("Your password was right. Now your passkey is needed."),
        template="auth/passkey_step.html",
    )
    context = {"others": list_other_steps(user, "auth.passkey_step")}
    if not form.validate_on_submit():
        return show_form(page, form, **context)
    try:
        use_passkey(state, form, user.get_id())
    except (PasskeyError, ThrottledError) as error:
        return refuse(page, form, error, **context)
    return _finish(state, user, form, "passkey")


def send_step_options() -> Any:
    """Answer with what the authenticator has to sign in the second step."""
    try:
        user = get_pending_user()
    except NoPendingLoginError as error:
        abort(401, str(error))
    return send_options(get_passkeys(auth_state.current()).begin_login(user.get_id()))


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


def list_other_steps(user: Any, endpoint: str) -> list[tuple[str, str]]:
    """List the titles and pages of the other factors that a user may choose."""
    factors = list_factors_of(get_current_app(), user.get_id())
    steps = {factor.endpoint: str(factor.title) for factor in factors}
    # Recovery codes take the place of any factor.
    steps.setdefault("auth.second_step", _("Recovery code"))
    target = find_next() or None
    return [
        (title, url_for(each, next=target))
        for each, title in steps.items()
        if each != endpoint
    ]


def _finish(state: AuthState, user: Any, form: Any, method: str) -> Any:
    record_event(user, "login")
    state.db.session.commit()
    response = follow(state, finish_second_step(method))
    return trust_if_chosen(state, user, form, response)


def begin_again(error: NoPendingLoginError) -> Any:
    """Lead to the first step; a program gets a 401."""
    if wants_json():
        abort(401, str(error))
    return done("", url_for("auth.login", next=find_next() or None))
