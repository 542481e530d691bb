"""The own account: overview, names, address, password, sessions, export, deletion."""

from typing import Any

from flask import jsonify, url_for
from sqlalchemy.exc import IntegrityError

from carboy.auth.account_page import list_sections
from carboy.auth.accounts import end_sessions, find_by_email, set_password
from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.current_user import get_user
from carboy.auth.devices import end_other_sessions, list_devices, revoke_device
from carboy.auth.errors import AccountInUseError, InvalidTokenError, ThrottledError
from carboy.auth.events import delete_events, list_events, record_event
from carboy.auth.export import export_user
from carboy.auth.login import logout_user, renew_session
from carboy.auth.passwords import WeakPasswordError
from carboy.auth.reauthentication import (
    fresh_login_required,
    full_login_required,
    login_required,
    require_full,
)
from carboy.auth.trusted_browser import trusted_browsers
from carboy.auth.user_model import normalize_email
from carboy.translation import gettext as _
from carboy.ui import name_browser

from .answers import FormPage, done, format_time, no_store, refuse, show, show_form
from .attempts import WrongPasswordError, take_attempt
from .event_texts import event_text
from .forms import ChangePasswordForm, ConfirmForm, DeleteForm, EmailForm, ProfileForm
from .login_views import check_own_password
from .mails import send_mail
from .tokens import email_state, make_link, tokens_for


def _user() -> Any:
    """Return the user rather than the proxy."""
    return get_user()


@login_required
def show_account() -> Any:
    """Show the overview."""
    user = _user()
    state = auth_state.current()
    sections = [
        {
            "title": str(section.title),
            "url": url_for(section.endpoint),
            "summary": section.summary(user) if section.summary else "",
        }
        for section in list_sections(state.app)
    ]
    body = {"email": user.email, "name": user.name, "username": user.username}
    return show("auth/account.html", {**body, "sections": sections}, user=user)


@login_required
def show_profile() -> Any:
    """Change the names."""
    state, user = auth_state.current(), _user()
    page = FormPage(_("Name"), _("Save"), template="auth/section.html")
    form = ProfileForm(obj=user)
    if not form.validate_on_submit():
        return show_form(page, form)
    user.name = form.name.data or ""
    user.username = form.username.data or None
    try:
        state.db.session.commit()
    except IntegrityError:
        state.db.session.rollback()
        return refuse(
            page, form, WrongPasswordError(_("This user name is taken. Use another."))
        )
    return done(_("Saved."), url_for("auth.account"))


@login_required
def show_password() -> Any:
    """Change the password; every other session ends."""
    state, user = auth_state.current(), _user()
    page = FormPage(_("Change the password"), _("Save"), template="auth/section.html")
    form = ChangePasswordForm()
    if not user.password_hash:
        # Somebody who logs in with another site or a passkey sets the first one.
        require_full()
        del form.current
    if not form.validate_on_submit():
        return show_form(page, form)
    try:
        if "current" in form:
            check_own_password(state, form.current.data or "")
        set_password(state, user, form.password.data or "")
    except (WrongPasswordError, WeakPasswordError, ThrottledError) as error:
        state.db.session.rollback()
        return refuse(page, form, error)
    record_event(user, "password_changed")
    send_mail("password_changed", user.email, user=user)
    state.db.session.commit()
    end_other_sessions(user)
    renew_session(user)
    return done(
        _("Your password is changed. You are logged out on all other devices."),
        url_for("auth.account"),
    )


@full_login_required
def show_email() -> Any:
    """Ask for another address: a link is sent to it, a note to the old one."""
    state, user = auth_state.current(), _user()
    page = FormPage(
        _("Change the address"),
        _("Send the link"),
        _("We send a link to the new address. Nothing changes until you open it."),
        template="auth/section.html",
    )
    form = EmailForm()
    if not form.validate_on_submit():
        return show_form(page, form)
    email = normalize_email(form.email.data or "")
    try:
        take_attempt(state, "mail", user.email)
    except ThrottledError as error:
        return refuse(page, form, error)
    if find_by_email(state, email) is None:
        tokens = tokens_for(state, "email")
        token = tokens.make(user.get_id(), email_state(user), email)
        link = make_link("auth.email_confirm", token=token)
        send_mail("email", email, link=link, user=user)
    else:
        send_mail("account_exists", email, link=make_link("auth.login"))
    send_mail("email_changing", user.email, user=user, email=email)
    text = _("We have sent a link to %(email)s. Open it to confirm.", email=email)
    return done(text, url_for("auth.account"))


@login_required
def show_email_confirm(token: str) -> Any:
    """Confirm the new address, in the account that has asked for it.

    Who reads the mail need not be the one who asked: the own address would belong to
    the account of a stranger, who would keep ways into it.
    """
    state = auth_state.current()
    page = FormPage(_("Confirm your new address"), _("Confirm"))
    form, tokens = ConfirmForm(), tokens_for(state, "email")
    try:
        user_id, email = tokens.read(token)
        _check_owner(user_id)
        if not form.validate_on_submit():
            return show_form(page, form)
        _change_email(state, token, _user(), email)
    except InvalidTokenError as error:
        response = show(
            "auth/message.html",
            {"message": str(error), "title": _("This link does not work")},
        )
        response.status_code = error.status
        return response
    return done(_("Your address is changed."), url_for("auth.account"))


def _check_owner(user_id: str) -> None:
    if _user().get_id() != user_id:
        raise InvalidTokenError(
            _("This link belongs to another account. Log in to that one.")
        )


def _change_email(state: AuthState, token: str, user: Any, email: str) -> None:
    tokens_for(state, "email").redeem(token, email_state(user))
    user.email = email
    end_sessions(state, user)
    try:
        record_event(user, "email_changed")
        state.db.session.commit()
    except IntegrityError:
        state.db.session.rollback()
        raise InvalidTokenError(_("This link is not valid any more.")) from None
    renew_session(user)


@login_required
def show_sessions() -> Any:
    """List where the account is logged in."""
    user, state = _user(), auth_state.current()
    devices = list_devices(user)
    browsers = trusted_browsers(state).list(user.get_id())
    body = {
        "sessions": [
            {
                "handle": device.handle,
                "agent": device.agent,
                "browser": name_browser(device.agent),
                "address": device.address,
                "is_current": device.is_current,
            }
            for device in devices
        ],
        "trusted_browsers": [
            {
                "id": browser.id,
                "agent": browser.label,
                "browser": name_browser(browser.label),
                "until": format_time(browser.expires_at),
            }
            for browser in browsers
        ],
    }
    return show("auth/sessions.html", body, title=_("Sessions"))


@fresh_login_required
def do_revoke(handle: str) -> Any:
    """End one session."""
    user = _user()
    revoke_device(user, handle)
    record_event(user, "session_ended")
    auth_state.current().db.session.commit()
    return done(_("The session has ended."), url_for("auth.sessions"))


@fresh_login_required
def do_forget_browser(browser_id: int) -> Any:
    """Ask for the second step in a browser again."""
    state, user = auth_state.current(), _user()
    if trusted_browsers(state).forget(user.get_id(), browser_id):
        record_event(user, "browser_forgotten")
        state.db.session.commit()
    return done(
        _("The second step is asked for there again."), url_for("auth.sessions")
    )


@fresh_login_required
def do_revoke_others() -> Any:
    """End every session but this one, and every remembered login."""
    user = _user()
    end_sessions(auth_state.current(), user)
    record_event(user, "sessions_ended")
    auth_state.current().db.session.commit()
    end_other_sessions(user)
    renew_session(user)
    return done(_("You are logged out on all other devices."), url_for("auth.sessions"))


@login_required
def show_activity() -> Any:
    """List what has happened to the account."""
    events = [
        {
            "kind": event.kind,
            "text": event_text(event.kind),
            "at": event.at.isoformat(),
            "address": event.address,
            "agent": event.agent,
            "browser": name_browser(event.agent),
        }
        for event in list_events(_user())
    ]
    return show("auth/activity.html", {"events": events}, title=_("Recent activity"))


@full_login_required
def send_export() -> Any:
    """Send everything that is stored of the account, as a file."""
    response = jsonify(export_user(_user()))
    response.headers["Content-Disposition"] = 'attachment; filename="account.json"'
    return no_store(response)


@full_login_required
def show_delete() -> Any:
    """Delete the account."""
    state, user = auth_state.current(), _user()
    page = FormPage(
        _("Delete the account"),
        _("Delete the account"),
        _("Your account and what belongs to it is deleted at once."),
        template="auth/section.html",
        kind="danger",
    )
    form = DeleteForm()
    if not form.validate_on_submit():
        return show_form(page, form)
    email = user.email
    try:
        _delete(state, user)
    except AccountInUseError as error:
        return refuse(page, form, error)
    end_other_sessions(user)
    logout_user()
    send_mail("deleted", email)
    return done(_("Your account is deleted."), state.settings.after_logout)


def _delete(state: AuthState, user: Any) -> None:
    delete_events(user)
    # As an object: what the models of the site cascade to goes with it, and so do the
    # credentials.
    state.db.session.delete(user)
    try:
        state.db.session.commit()
    except IntegrityError:
        state.db.session.rollback()
        state.app.logger.exception(
            "An account was not deleted, as rows of the site need it. Give their "
            'foreign key ondelete="CASCADE" or "SET NULL", or a relationship of the '
            'model of users cascade="all, delete-orphan".'
        )
        raise AccountInUseError(
            _(
                "Your account cannot be deleted, as other things on this site need "
                "it. Ask the people who run this site."
            )
        ) from None
