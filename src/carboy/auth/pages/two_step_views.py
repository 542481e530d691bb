"""The own two-step login: switch it on or off, and make recovery codes."""

from typing import Any

from flask import abort, url_for
from sqlalchemy.exc import IntegrityError

from carboy.auth.accounts import end_sessions
from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.current_user import get_user
from carboy.auth.devices import end_other_sessions
from carboy.auth.errors import ThrottledError
from carboy.auth.events import record_event
from carboy.auth.factors import list_factors_of
from carboy.auth.login import confirm_login, renew_session
from carboy.auth.reauthentication import fresh_login_required, full_login_required
from carboy.auth.required_factors import needs_second_factor
from carboy.auth.second_factors import make_uri, render_qr
from carboy.translation import gettext as _

from .answers import FormPage, done, refuse, show_form
from .attempts import WrongPasswordError
from .forms import SecondStepForm
from .mails import send_mail
from .new_secrets import get_new_secret, use_first_code
from .recovery_pages import drop_codes_without_factor, show_codes
from .second_step_views import make_factor, use_code


@full_login_required
def show_two_step() -> Any:
    """Show the secret and switch the two-step login on with its first code."""
    state, user = auth_state.current(), get_user()
    factor = make_factor(state)
    if factor.is_set_up(user.get_id()):
        return done("", url_for("auth.two_step_off"))
    if user.email_confirmed_at is None:
        # Somebody else's address: its owner could never get into the account.
        abort(403, _("Confirm your address first."))
    secret = get_new_secret(state, user)
    page = FormPage(_("Two-step login"), _("Switch on"), template="auth/two_step.html")
    shown = show_secret(state, user, secret)
    form = SecondStepForm()
    if not form.validate_on_submit():
        return show_form(page, form, data=shown)
    try:
        use_first_code(state, user, secret, form.code.data or "")
    except (WrongPasswordError, ThrottledError) as error:
        return refuse(page, form, error, data=shown)
    except IntegrityError:
        # Another session has set up an app meanwhile.
        state.db.session.rollback()
        return done("", url_for("auth.two_step_off"))
    confirm_login(factor.name)
    answer = _show_codes(state, user, "two_step_on")
    end_others(state, user)
    return answer


def show_secret(state: AuthState, user: Any, secret: str) -> dict[str, str]:
    """Return what an authenticator app needs of a new secret."""
    qr = render_qr(make_uri(secret, user.email, state.app.name))
    return {"secret": secret, "qr": qr}


@fresh_login_required
def show_two_step_off() -> Any:
    """Switch the two-step login off."""
    state, user = auth_state.current(), get_user()
    page = FormPage(
        _("Two-step login"),
        _("Switch off"),
        _("It is on. Enter a code to switch it off."),
        template="auth/two_step_off.html",
    )
    keep_required_factor(state, user)
    refused, answer = _ask_code(state, user, page)
    if refused:
        return answer
    make_factor(state).remove(user.get_id())
    drop_codes_without_factor(state, user)
    report_factor_change(state, user, "two_step_off")
    end_others(state, user)
    return done(_("Two-step login is off."), url_for("auth.account"))


def keep_required_factor(state: AuthState, user: Any) -> None:
    """Refuse to remove the last factor of a user who must have one."""
    factors = list_factors_of(state.app, user.get_id())
    if len(factors) <= 1 and needs_second_factor(state, user):
        abort(403, _("This account must have a second factor: it stays on."))


@fresh_login_required
def show_new_codes() -> Any:
    """Replace the recovery codes."""
    state, user = auth_state.current(), get_user()
    page = FormPage(
        _("New recovery codes"),
        _("Make new codes"),
        _("The old codes stop working. Enter a code of your authenticator app."),
        template="auth/section.html",
    )
    refused, answer = _ask_code(state, user, page)
    return answer if refused else _show_codes(state, user, "recovery_codes_created")


def _ask_code(state: AuthState, user: Any, page: FormPage) -> tuple[bool, Any]:
    if not make_factor(state).is_set_up(user.get_id()):
        return True, done("", url_for("auth.two_step"))
    form = SecondStepForm()
    if not form.validate_on_submit():
        return True, show_form(page, form)
    try:
        use_code(state, user, form.code.data or "")
    except (WrongPasswordError, ThrottledError) as error:
        return True, refuse(page, form, error)
    return False, None


def _show_codes(state: AuthState, user: Any, kind: str) -> Any:
    codes = make_factor(state).recovery_codes.create(user.get_id())
    report_factor_change(state, user, kind)
    return show_codes(codes)


def end_others(state: AuthState, user: Any) -> None:
    """End every session but this one: they have never shown the factor."""
    end_sessions(state, user)
    state.db.session.commit()
    end_other_sessions(user)
    renew_session(user)


def report_factor_change(state: AuthState, user: Any, kind: str) -> None:
    """Record that the second factor has changed, and tell the user by mail."""
    record_event(user, kind)
    send_mail("two_step_changed", user.email, user=user)
    state.db.session.commit()
