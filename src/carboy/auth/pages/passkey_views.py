"""Passkeys: log in with one; add, rename and remove the own ones."""

from typing import Any

from flask import url_for

from carboy.auth.accounts import load_user
from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.current_user import get_user
from carboy.auth.errors import ThrottledError
from carboy.auth.events import record_event
from carboy.auth.login import begin_login, confirm_login
from carboy.auth.reauthentication import full_login_required, login_required
from carboy.auth.second_factors import (
    Passkey,
    PasskeyError,
    UnknownPasskeyError,
    count_passkeys,
)
from carboy.translation import gettext as _

from .answers import FormPage, done, format_time, refuse, show_form
from .forms import AddPasskeyForm, PasskeyForm, PasskeyNameForm
from .login_views import follow, refuse_login
from .mails import report_login_change
from .passkeys import (
    get_credential_id,
    get_party,
    get_passkeys,
    read_answer,
    send_options,
    use_passkey,
)
from .recovery_pages import drop_codes_without_factor, show_first_codes
from .two_step_views import keep_required_factor


def send_login_options() -> Any:
    """Answer with what an authenticator has to sign; the same for everybody."""
    return send_options(get_passkeys(auth_state.current()).begin_login())


def do_passkey_login() -> Any:
    """Log in with a passkey."""
    state, form = auth_state.current(), PasskeyForm()
    try:
        user = _load_owner(state, use_passkey(state, form))
    except UnknownPasskeyError as error:
        # Only after this the page may have the browser forget the passkey.
        unknown = {
            "credential": get_credential_id(read_answer(form)),
            "domain": get_party(state).id,
        }
        return refuse_login(state, error, unknown_passkey=unknown)
    except (PasskeyError, ThrottledError) as error:
        return refuse_login(state, error)
    outcome = begin_login(user, method="passkey", remember=form.remember.data)
    if outcome.is_logged_in:
        record_event(user, "login")
    state.db.session.commit()
    return follow(state, outcome)


def _load_owner(state: AuthState, passkey: Passkey) -> Any:
    user = load_user(state, passkey.user_id)
    if user is None:
        raise PasskeyError(_("This account is locked or was deleted."))
    return user


@login_required
def show_passkeys() -> Any:
    """List the own passkeys, with the form for another one."""
    page, form = _make_page(), AddPasskeyForm(formdata=None)
    return show_form(page, form, **_list(auth_state.current(), get_user()))


@full_login_required
def send_new_options() -> Any:
    """Answer with what an authenticator needs to make a passkey."""
    user = get_user()
    passkeys = get_passkeys(auth_state.current())
    return send_options(passkeys.begin_registration(user.get_id(), user.email))


@full_login_required
def do_add_passkey() -> Any:
    """Store a new passkey."""
    state, user = auth_state.current(), get_user()
    page, form = _make_page(), AddPasskeyForm()
    if not form.validate_on_submit():
        return show_form(page, form, **_list(state, user))
    try:
        _add(state, user, form)
    except PasskeyError as error:
        state.db.session.rollback()
        return refuse(page, form, error, **_list(state, user))
    confirm_login("passkey")
    report_login_change(user, "passkey_added")
    state.db.session.commit()
    return show_first_codes(state, user) or done(
        _("The passkey is added."), url_for("auth.passkeys")
    )


def _add(state: AuthState, user: Any, form: AddPasskeyForm) -> None:
    if user.email_confirmed_at is None:
        # Somebody else's address: its owner could never get into the account.
        raise PasskeyError(_("Confirm your address first."))
    get_passkeys(state).finish_registration(
        user.get_id(), read_answer(form), form.name.data or ""
    )


@login_required
def do_rename_passkey(passkey_id: int) -> Any:
    """Rename a passkey."""
    state, user, form = auth_state.current(), get_user(), PasskeyNameForm()
    if not form.validate_on_submit():
        return show_form(_make_page(), form, **_list(state, user))
    get_passkeys(state).rename(user.get_id(), passkey_id, form.name.data or "")
    state.db.session.commit()
    return done(_("Saved."), url_for("auth.passkeys"))


@full_login_required
def do_remove_passkey(passkey_id: int) -> Any:
    """Remove a passkey."""
    state, user = auth_state.current(), get_user()
    if (
        state.settings.asks_for_passkey
        and count_passkeys(state.db.session(), user.get_id()) == 1
    ):
        keep_required_factor(state, user)
    if get_passkeys(state).remove(user.get_id(), passkey_id):
        drop_codes_without_factor(state, user)
        report_login_change(user, "passkey_removed")
        state.db.session.commit()
    return done(
        _("The passkey is removed. Delete it on your device too."),
        url_for("auth.passkeys"),
    )


def _make_page() -> FormPage:
    return FormPage(_("Passkeys"), _("Add a passkey"), template="auth/passkeys.html")


def _list(state: AuthState, user: Any) -> dict[str, Any]:
    rows = [_describe(each) for each in get_passkeys(state).list(user.get_id())]
    return {
        "data": {"passkeys": rows},
        "state": state,
    }


def _describe(passkey: Passkey) -> dict[str, Any]:
    return {
        "id": passkey.id,
        "name": passkey.name,
        "is_synced": passkey.is_synced,
        "created_at": format_time(passkey.created_at),
        "last_used_at": format_time(passkey.last_used_at),
    }
