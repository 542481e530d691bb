"""Log in, log out, log in with a code that is sent by mail."""

from typing import Any

from flask import request, session, url_for

from carboy.auth.accounts import (
    check_password,
    find_by_email,
    find_user,
    load_user,
    prove_email,
)
from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.current_user import current_user, get_user
from carboy.auth.errors import InvalidTokenError, ThrottledError
from carboy.auth.events import record_event
from carboy.auth.login import LoginOutcome, begin_login, logout_user
from carboy.auth.passwords import HashingBusyError
from carboy.auth.safe_redirect import safe_target
from carboy.auth.user_model import normalize_email
from carboy.errors import RefusedError
from carboy.translation import gettext as _

from .answers import FormPage, done, refuse, show_form
from .attempts import WrongPasswordError, take_attempt
from .forms import CodeForm, EmailForm, LoginForm
from .mailed_codes import make_code, redeem_code
from .mails import send_mail
from .tokens import send_confirmation


def show_login() -> Any:
    """Log in with a password."""
    state = auth_state.current()
    page = FormPage(_("Log in"), _("Log in"), template="auth/login.html")
    form = LoginForm()
    form.next.data = find_next()
    if current_user.is_authenticated and request.method == "GET":
        return done("", _target(state))
    if not form.validate_on_submit():
        return show_form(page, form, state=state)
    try:
        # Refused before anything is asked of the database or counted as a guess.
        with state.hasher.reserve():
            outcome = _log_in(state, form)
    except (WrongPasswordError, ThrottledError, HashingBusyError) as error:
        return refuse(page, form, error, state=state)
    return follow(state, outcome)


def refuse_login(
    state: AuthState, error: RefusedError, *, target: str = "", **context: Any
) -> Any:
    """Show the login page, empty, with the reason why nobody is logged in."""
    page = FormPage(_("Log in"), _("Log in"), template="auth/login.html")
    form = LoginForm(formdata=None)
    form.next.data = target or find_next()
    return refuse(page, form, error, state=state, **context)


def _log_in(state: AuthState, form: LoginForm) -> LoginOutcome:
    login = form.login.data or ""
    user = find_user(state, login)
    owner = "" if user is None else user.get_id()
    attempt = take_attempt(state, "login", login, owner=owner)
    # Called for an unknown account too: it takes as long.
    if not check_password(state, user, form.password.data or ""):
        # For an unknown account as well: whether there is one must not be noticed.
        record_event(user, "login_failed")
        state.db.session.commit()
        raise WrongPasswordError(_("The login or the password is wrong."))
    if attempt is not None:
        attempt.give_back()
    outcome = begin_login(user, method="password", remember=form.remember.data)
    if outcome.refused == "unconfirmed":
        take_attempt(state, "mail", user.email)
        send_confirmation(state, user)
    if outcome.is_logged_in:
        record_event(user, "login")
    state.db.session.commit()
    return outcome


def check_own_password(state: AuthState, password: str) -> None:
    """Raise an error unless it is the password of the user who is logged in."""
    check_password_of(state, get_user(), password)


def check_password_of(state: AuthState, user: Any, password: str) -> None:
    """Raise an error unless it is the password of a user; guesses are limited."""
    with state.hasher.reserve():
        attempt = take_attempt(state, "password", user.get_id())
        if not check_password(state, user, password):
            raise WrongPasswordError(_("The password is wrong."))
    if attempt is not None:
        attempt.give_back()


def follow(state: AuthState, outcome: LoginOutcome, target: str = "") -> Any:
    """Answer a login: lead on, to the second step, or say why it is refused."""
    target = target or _target(state)
    if outcome.second_step:
        step = url_for(outcome.second_step, next=target)
        return done("", step, second_step=True)
    if outcome.refused:
        text = {
            "locked": _("This account is locked. Ask the people who run this site."),
            "unconfirmed": _("Confirm your address first. We have sent you a link."),
        }[outcome.refused]
        return refuse_login(state, WrongPasswordError(text))
    return done("", target)


def do_logout() -> Any:
    """Log out; a POST, so that no other site can do it."""
    state = auth_state.current()
    if current_user.is_authenticated:
        record_event(current_user, "logout")
        state.db.session.commit()
    logout_user()
    return done(_("You are logged out."), state.settings.after_logout)


def show_code_request() -> Any:
    """Ask for a code by mail."""
    state = auth_state.current()
    page = FormPage(
        _("Log in with a code"), _("Send the code"), _("We send you a code by mail.")
    )
    form = EmailForm()
    form.next.data = find_next()
    if not form.validate_on_submit():
        return show_form(page, form)
    try:
        take_attempt(state, "mail", form.email.data or "")
    except ThrottledError as error:
        return refuse(page, form, error)
    _send_code(state, form.email.data or "")
    return done("", url_for("auth.code", next=find_next() or None))


def _send_code(state: AuthState, email: str) -> None:
    user = find_by_email(state, email)
    user_id, address = (user.get_id(), user.email) if user else ("", "")
    # Made for an unknown account as well, so that it takes as long.
    code = make_code(state, "login", user_id, address)
    if user is not None and user.is_active:
        send_mail("code", user.email, code=code, user=user)
    else:
        send_mail("no_account", normalize_email(email))


def show_code() -> Any:
    """Log in with the code that was sent."""
    state = auth_state.current()
    page = FormPage(
        _("Enter the code"),
        _("Log in"),
        _("If there is an account with this address, we have sent a code to it."),
    )
    form = CodeForm()
    form.next.data = find_next()
    if not form.validate_on_submit():
        return show_form(page, form)
    try:
        user = _redeem_code(state, form.code.data or "")
    except (InvalidTokenError, ThrottledError) as error:
        return refuse(page, form, error)
    prove_email(state, user)
    outcome = begin_login(user, method="email_code", remember=form.remember.data)
    if outcome.is_logged_in:
        record_event(user, "login")
    state.db.session.commit()
    return follow(state, outcome)


def _redeem_code(state: AuthState, code: str) -> Any:
    user_id, email = redeem_code(state, "login", code)
    user = load_user(state, user_id) if user_id else None
    if user is None or user.email != email:
        raise InvalidTokenError(_("The code is wrong or too old."))
    return user


def find_next() -> str:
    """Return the page of this site to go to after the login, or an empty text."""
    target = request.form.get("next") or request.args.get("next") or session.get("next")
    return safe_target(target, default="")


def _target(state: AuthState) -> str:
    target = find_next()
    session.pop("next", None)
    return target or state.settings.after_login
