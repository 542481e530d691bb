"""Register, confirm an address, choose a new password instead of a forgotten one."""

from typing import Any

from flask import session, url_for
from sqlalchemy.exc import IntegrityError

from carboy.auth.accounts import (
    check_new_password,
    confirm_email,
    create_user,
    find_by_email,
    load_user,
    prove_email,
    set_password,
)
from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.errors import InvalidTokenError, ThrottledError
from carboy.auth.events import record_event
from carboy.auth.login import begin_login
from carboy.auth.passwords import WeakPasswordError
from carboy.auth.user_model import normalize_email
from carboy.translation import gettext as _

from .answers import FormPage, done, refuse, show, show_form
from .attempts import WrongPasswordError, take_attempt
from .forms import (
    EmailForm,
    NewPasswordForm,
    PasswordForm,
    RegisterForm,
)
from .login_views import check_password_of, follow
from .mails import send_mail
from .tokens import make_link, password_state, tokens_for


def show_register() -> Any:
    """Register: a link is sent, and nothing is stored until somebody opens it.

    So nobody can prepare an account with the address of somebody else.
    """
    state = auth_state.current()
    page = FormPage(
        _("Create an account"),
        _("Continue"),
        _("We send you a link. It leads to the page where you choose a password."),
        template="auth/register.html",
    )
    form = RegisterForm()
    if not form.validate_on_submit():
        return show_form(page, form)
    email = normalize_email(form.email.data or "")
    try:
        take_attempt(state, "register", email)
    except ThrottledError as error:
        return refuse(page, form, error)
    user = find_by_email(state, email)
    tokens = tokens_for(state, "register")
    link = make_link(
        "auth.register_confirm",
        token=tokens.make(email, email, form.name.data or ""),
    )
    if user is None:
        send_mail("register", email, link=link)
    else:
        # The same answer, and a mail as well: nobody learns who has an account.
        send_mail("account_exists", email, link=make_link("auth.forgot"))
    return _sent(email)


def show_register_confirm(token: str) -> Any:
    """Choose a password, and create the account."""
    state = auth_state.current()
    page = FormPage(
        _("Choose a password"), _("Create the account"), _password_lead(state)
    )
    form = NewPasswordForm()
    try:
        email, _name = tokens_for(state, "register").read(token)
        if not form.validate_on_submit():
            return show_form(page, form, email=email)
        user = _create(state, token, email, form.password.data or "")
    except WeakPasswordError as error:
        return refuse(page, form, error, email=email)
    except InvalidTokenError as error:
        return _void(error)
    outcome = begin_login(user, method="email_link")
    state.db.session.commit()
    return follow(state, outcome)


def _create(state: AuthState, token: str, email: str, password: str) -> Any:
    tokens = tokens_for(state, "register")
    _email, name = tokens.read(token)
    # Before the token is used up: a password that is too short costs no link.
    user = create_user(state, email, password, name=name)
    confirm_email(user)
    try:
        tokens.redeem(token, email)
        state.db.session.flush()
    except (IntegrityError, InvalidTokenError):
        state.db.session.rollback()
        raise InvalidTokenError(_("This link was used already. Log in.")) from None
    record_event(user, "registered")
    return user


def show_confirm(token: str) -> Any:
    """Confirm the address of an account, with its password.

    Who reads the mail need not be the one who made the account: without the password
    a stranger could have somebody else confirm it.
    """
    state = auth_state.current()
    page = FormPage(_("Confirm your address"), _("Confirm"))
    form = PasswordForm()
    try:
        user_id, _value = tokens_for(state, "confirm").read(token)
        if not form.validate_on_submit():
            return show_form(page, form)
        user = _load(state, user_id)
        check_password_of(state, user, form.password.data or "")
        tokens_for(state, "confirm").redeem(token, user.email)
    except InvalidTokenError as error:
        return _void(error)
    except (WrongPasswordError, ThrottledError) as error:
        return refuse(page, form, error)
    confirm_email(user)
    record_event(user, "email_confirmed")
    state.db.session.commit()
    return done(_("Your address is confirmed. Log in."), url_for("auth.login"))


def show_forgot() -> Any:
    """Ask for a link to choose a new password."""
    state = auth_state.current()
    page = FormPage(
        _("Forgotten password"),
        _("Send the link"),
        _("We send you a link. It leads to the page where you choose a new password."),
    )
    form = EmailForm()
    if not form.validate_on_submit():
        return show_form(page, form)
    email = normalize_email(form.email.data or "")
    try:
        take_attempt(state, "mail", email)
    except ThrottledError as error:
        return refuse(page, form, error)
    user = find_by_email(state, email)
    # Made for an unknown account as well, so that it takes as long.
    token = tokens_for(state, "reset").make(
        user.get_id() if user else "0", password_state(user)
    )
    link = make_link("auth.reset", token=token)
    if user is not None and user.is_active:
        send_mail("reset", email, link=link, user=user)
    else:
        send_mail("no_account", email)
    return _sent(email)


def show_reset(token: str) -> Any:
    """Choose a new password; every session of the account ends."""
    state = auth_state.current()
    page = FormPage(
        _("Choose a new password"), _("Save the password"), _password_lead(state)
    )
    form = NewPasswordForm()
    tokens = tokens_for(state, "reset")
    try:
        user_id, _value = tokens.read(token)
        user = _load(state, user_id)
        if not form.validate_on_submit():
            return show_form(page, form)
        password = form.password.data or ""
        # Before the link is used up: a password that is too short costs none.
        check_new_password(state, user, password)
        # Where store and database are one SQLite file, it would wait for itself.
        state.db.session.commit()
        tokens.redeem(token, password_state(user))
        # The link has come to this address.
        prove_email(state, user)
        set_password(state, user, password)
    except WeakPasswordError as error:
        state.db.session.rollback()
        return refuse(page, form, error)
    except InvalidTokenError as error:
        state.db.session.rollback()
        return _void(error)
    record_event(user, "password_reset")
    send_mail("password_changed", user.email, user=user)
    state.db.session.commit()
    session.clear()
    # Not logged in: a second factor is asked for as always.
    return done(_("Your password is changed. Log in."), url_for("auth.login"))


def _load(state: AuthState, user_id: str) -> Any:
    user = load_user(state, user_id)
    if user is None:
        raise InvalidTokenError(_("This link is not valid any more."))
    return user


def _sent(email: str) -> Any:
    text = _("We have sent a mail to %(email)s. Open the link in it.", email=email)
    return show(
        "auth/message.html", {"message": text, "title": _("Look into your mail")}
    )


def _void(error: InvalidTokenError) -> Any:
    response = show(
        "auth/message.html",
        {"message": str(error), "title": _("This link does not work")},
    )
    response.status_code = error.status
    return response


def _password_lead(state: AuthState) -> str:
    return _(
        "%(count)d characters or more; several words are fine. Nothing else matters.",
        count=state.settings.password_min,
    )


__all__ = [
    "show_confirm",
    "show_forgot",
    "show_register",
    "show_register_confirm",
    "show_reset",
]
