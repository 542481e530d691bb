"""Log in, log out, log in with a code, show the password again."""

import hashlib
import hmac
import secrets
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
from carboy.auth.factors import list_factors_of
from carboy.auth.login import LoginOutcome, begin_login, confirm_login, logout_user
from carboy.auth.reauthentication import login_required
from carboy.auth.safe_redirect import safe_target
from carboy.auth.throttles import CountedAttempt, Throttle
from carboy.auth.user_model import normalize_email, normalize_username
from carboy.errors import RefusedError
from carboy.stores import pack, unpack
from carboy.translation import gettext as _

from .answers import FormPage, done, refuse, show_form
from .forms import CodeForm, EmailForm, LoginForm, ReauthenticateForm
from .mails import send_mail
from .tokens import send_confirmation

_CODE = "_auth_code"
_CODE_DIGITS = 8


class WrongPasswordError(RefusedError):
    """Raised for a login or a password that is wrong; never says which."""

    status = 422


def take_attempt(state: AuthState, action: str, account: str) -> CountedAttempt | None:
    """Count an attempt of this visitor, or raise `ThrottledError`."""
    if not state.settings.throttle:
        return None
    throttle = Throttle(state.store, action)
    # One spelling, of an address and of a user name: each has one limit.
    return throttle.take(normalize_username(account), request.remote_addr or "")


def show_login() -> Any:
    """Log in with a password."""
    state = auth_state.current()
    page = FormPage(_("Log in"), _("Log in"), template="auth/login.html")
    form = LoginForm()
    form.next.data = _next()
    if current_user.is_authenticated and request.method == "GET":
        return done("", _target(state))
    if not form.validate_on_submit():
        return show_form(page, form, state=state)
    try:
        outcome = _log_in(state, form)
    except (WrongPasswordError, ThrottledError) as error:
        return refuse(page, form, error, state=state)
    return follow(state, outcome)


def _log_in(state: AuthState, form: LoginForm) -> LoginOutcome:
    attempt = take_attempt(state, "login", form.login.data or "")
    user = find_user(state, form.login.data or "")
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


def follow(state: AuthState, outcome: LoginOutcome) -> Any:
    """Answer a login: lead on, to the second step, or say why it is refused."""
    target = _target(state)
    if outcome.second_step:
        step = url_for(outcome.second_step, next=target)
        return done("", step, second_step=True)
    if outcome.refused:
        text = {
            "locked": _("This account is locked. Ask the people who run this site."),
            "unconfirmed": _("Confirm your address first. We have sent you a link."),
        }[outcome.refused]
        page = FormPage(_("Log in"), _("Log in"), template="auth/login.html")
        return refuse(
            page, LoginForm(formdata=None), WrongPasswordError(text), state=state
        )
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
    form.next.data = _next()
    if not form.validate_on_submit():
        return show_form(page, form)
    try:
        take_attempt(state, "mail", form.email.data or "")
    except ThrottledError as error:
        return refuse(page, form, error)
    _send_code(state, form.email.data or "")
    return done("", url_for("auth.code", next=_next() or None))


def _send_code(state: AuthState, email: str) -> None:
    user = find_by_email(state, email)
    code = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"
    nonce = secrets.token_urlsafe(16)
    # Only in this browser: a code that is read out to somebody else is of no use.
    session[_CODE] = nonce
    entry = pack([
        user.get_id() if user else "",
        user.email if user else "",
        _digest(nonce, code),
    ])
    state.store.set(f"code:{nonce}", entry, state.settings.code_lifetime)
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
    form.next.data = _next()
    if not form.validate_on_submit():
        return show_form(page, form)
    try:
        user = _redeem_code(state, (form.code.data or "").replace(" ", ""))
    except (InvalidTokenError, ThrottledError) as error:
        return refuse(page, form, error)
    prove_email(state, user)
    outcome = begin_login(user, method="email_code", remember=form.remember.data)
    if outcome.is_logged_in:
        record_event(user, "login")
    state.db.session.commit()
    return follow(state, outcome)


def _redeem_code(state: AuthState, code: str) -> Any:
    wrong = InvalidTokenError(_("The code is wrong or too old."))
    nonce = session.get(_CODE)
    if nonce is None:
        raise wrong
    take_attempt(state, "code", nonce)
    data = state.store.get(f"code:{nonce}")
    if data is None:
        raise wrong
    user_id, email, digest = unpack(data)
    is_right = hmac.compare_digest(digest, _digest(nonce, code))
    user = load_user(state, user_id) if user_id else None
    if not is_right or user is None or user.email != email:
        raise wrong
    # Atomic: of two at once, one deletes it.
    if not state.store.delete(f"code:{nonce}"):
        raise wrong
    session.pop(_CODE, None)
    return user


@login_required
def show_reauthenticate() -> Any:
    """Show the password again, before what matters."""
    state = auth_state.current()
    page = FormPage(
        _("Confirm that it is you"),
        _("Continue"),
        _("This needs your password again, although you are logged in."),
    )
    form = ReauthenticateForm()
    form.next.data = _next()
    if not form.validate_on_submit():
        return show_form(page, form)
    try:
        check_own_password(state, form.password.data or "")
    except (WrongPasswordError, ThrottledError) as error:
        return refuse(page, form, error)
    target = safe_target(_next(), default=url_for("auth.account"))
    if list_factors_of(state.app, current_user.get_id()):
        # The password alone does not prove who it is: the second step follows.
        outcome = begin_login(get_user(), method="password")
        state.db.session.commit()
        step = url_for(outcome.second_step, next=target)
        return done("", step, second_step=True)
    confirm_login()
    state.db.session.commit()
    return done("", target)


def check_own_password(state: AuthState, password: str) -> None:
    """Raise an error unless it is the password of the user who is logged in."""
    check_password_of(state, get_user(), password)


def check_password_of(state: AuthState, user: Any, password: str) -> None:
    """Raise an error unless it is the password of a user; guesses are limited."""
    attempt = take_attempt(state, "password", user.get_id())
    if not check_password(state, user, password):
        raise WrongPasswordError(_("The password is wrong."))
    if attempt is not None:
        attempt.give_back()


def _next() -> str:
    target = request.form.get("next") or request.args.get("next") or session.get("next")
    return safe_target(target, default="")


def _target(state: AuthState) -> str:
    target = _next()
    session.pop("next", None)
    return target or state.settings.after_login


def _digest(nonce: str, code: str) -> str:
    return hashlib.sha256(f"{nonce}:{code}".encode()).hexdigest()
