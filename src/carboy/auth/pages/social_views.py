"""Log in or register with an account of another site."""

from dataclasses import replace
from typing import Any

from flask import request, url_for
from sqlalchemy.exc import IntegrityError

from carboy.auth.accounts import (
    confirm_email,
    create_user,
    find_by_email,
    load_user,
)
from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.current_user import current_user, get_user
from carboy.auth.errors import InvalidTokenError, ThrottledError
from carboy.auth.events import record_event
from carboy.auth.login import begin_login
from carboy.auth.reauthentication import full_login_required
from carboy.auth.social import (
    Identity,
    LinkOutcome,
    Provider,
    SocialLoginError,
    decide_login,
    link_identity,
)
from carboy.auth.user_model import normalize_email
from carboy.errors import RefusedError, UnavailableError
from carboy.translation import gettext as _

from .answers import FormPage, done, refuse, show, show_form
from .attempts import take_attempt
from .forms import CodeForm, SocialRegisterForm
from .login_views import find_next, follow, refuse_login
from .mailed_codes import make_code, redeem_code
from .mails import report_login_change, send_mail
from .providers import (
    find_kept_identity,
    forget_identity,
    get_provider,
    identities_of,
    keep_identity,
    receive,
    send_to_provider,
)
from .tokens import send_confirmation


def do_social_login(name: str) -> Any:
    """Lead to the provider; a POST, so that no other site can begin it."""
    state, provider = auth_state.current(), get_provider(name)
    try:
        return send_to_provider(state, provider, target=find_next())
    except (SocialLoginError, UnavailableError) as error:
        return refuse_login(state, _explain(error, provider))


@full_login_required
def do_link_login(name: str) -> Any:
    """Lead to the provider, whose answer is linked to the own account."""
    state, provider = auth_state.current(), get_provider(name)
    try:
        return send_to_provider(
            state, provider, user_id=get_user().get_id(), target=url_for("auth.logins")
        )
    except (SocialLoginError, UnavailableError) as error:
        return _show_refusal(_explain(error, provider))


def show_social_callback(name: str) -> Any:
    """Receive a visitor who comes back from a provider."""
    state, provider = auth_state.current(), get_provider(name)
    try:
        identity, user_id, target = receive(state, provider, request.args)
        if user_id:
            return _link(state, provider, identity, user_id)
        return _continue(state, provider, identity, target)
    except (SocialLoginError, ThrottledError, UnavailableError) as error:
        state.db.session.rollback()
        refused = _explain(error, provider)
        if current_user.is_authenticated:
            return _show_refusal(refused)
        return refuse_login(state, refused)


def _link(state: AuthState, provider: Provider, identity: Identity, by: str) -> Any:
    # Who began it may have logged out, and somebody else have logged in.
    if not current_user.is_authenticated or current_user.get_id() != by:
        raise SocialLoginError(_("Log in again, then link this login."))
    link_identity(identities_of(state), by, identity)
    report_login_change(get_user(), "login_linked")
    state.db.session.commit()
    text = _("You can log in with %(provider)s now.", provider=provider.title)
    return done(text, url_for("auth.logins"))


def _continue(
    state: AuthState, provider: Provider, identity: Identity, target: str
) -> Any:
    email = identity.email if identity.is_email_confirmed else ""
    is_taken = bool(email) and find_by_email(state, email) is not None
    decision = decide_login(identities_of(state), identity, is_email_taken=is_taken)
    if decision.outcome is LinkOutcome.LOG_IN:
        user = load_user(state, decision.user_id)
        return _log_in(state, identity, user, target)
    if decision.outcome is LinkOutcome.COLLISION:
        return _refuse_collision(state, provider, email)
    if not state.settings.registration:
        raise SocialLoginError(
            _("No account here uses this login, and new ones are not made.")
        )
    if identity.owns_email:
        return _register(state, provider, identity, email, target)
    keep_identity(state, identity, target)
    return done("", url_for("auth.social_register", name=provider.name))


def _log_in(state: AuthState, identity: Identity, user: Any, target: str) -> Any:
    if user is None:
        raise SocialLoginError(_("This account is locked or was deleted."))
    outcome = begin_login(
        user,
        method=f"social:{identity.provider}",
        is_vouched=identity.has_second_factor,
        authenticated_at=identity.authenticated_at,
    )
    if outcome.refused == "unconfirmed":
        take_attempt(state, "mail", user.email)
        send_confirmation(state, user)
    if outcome.is_logged_in:
        record_event(user, "login")
    state.db.session.commit()
    return follow(state, outcome, target)


def _register(
    state: AuthState, provider: Provider, identity: Identity, email: str, target: str
) -> Any:
    """Create the account of somebody who reads the mail of this address."""
    user = create_user(state, email, None, name=identity.name[:120])
    confirm_email(user)
    try:
        state.db.session.flush()
    except IntegrityError:
        state.db.session.rollback()
        return _refuse_collision(state, provider, email)
    link_identity(identities_of(state), user.get_id(), identity)
    record_event(user, "registered")
    return _log_in(state, identity, user, target)


def _refuse_collision(state: AuthState, provider: Provider, email: str) -> Any:
    """Ask the owner of the account to log in first: nothing is merged by mail."""
    text = _(
        "There is an account with %(email)s already. Log in to it, then link "
        "%(provider)s there.",
        email=email,
        provider=provider.title,
    )
    error = SocialLoginError(text)
    error.status = 409
    return refuse_login(state, error, target=url_for("auth.logins"))


def show_social_register(name: str) -> Any:
    """Ask for the address of mail, and send a code to it."""
    state, provider = auth_state.current(), get_provider(name)
    kept = find_kept_identity(state)
    if kept is None or kept[0].provider != provider.name:
        return done("", url_for("auth.login"))
    page = FormPage(
        _("Create an account"),
        _("Send the code"),
        _("Your login with %(provider)s is new here.", provider=provider.title)
        + " "
        + _("Which address of mail do you use? We send a code to it."),
    )
    form = SocialRegisterForm(data={"email": kept[0].email, "name": kept[0].name})
    if not form.validate_on_submit():
        return show_form(page, form)
    email = normalize_email(form.email.data or "")
    try:
        take_attempt(state, "register", email)
    except ThrottledError as error:
        return refuse(page, form, error)
    # Made for a known address as well, so that it takes as long.
    code = make_code(state, "social", email, form.name.data or "", kept[0].subject)
    if find_by_email(state, email) is None:
        send_mail("code", email, code=code)
    else:
        send_mail("account_exists", email, link=url_for("auth.login", _external=True))
    return done("", url_for("auth.social_code", name=provider.name))


def show_social_code(name: str) -> Any:
    """Create the account with the code that was sent."""
    state, provider = auth_state.current(), get_provider(name)
    page = FormPage(
        _("Enter the code"),
        _("Create the account"),
        _("We have sent a mail to this address. Enter the code in it."),
    )
    form = CodeForm()
    del form.remember
    if not form.validate_on_submit():
        return show_form(page, form)
    try:
        email, named, target = _redeem(state, provider, form.code.data or "")
    except (InvalidTokenError, ThrottledError) as error:
        return refuse(page, form, error)
    try:
        return _register(state, provider, named, email, target)
    except SocialLoginError as error:
        state.db.session.rollback()
        return refuse(page, form, error)


def _redeem(
    state: AuthState, provider: Provider, code: str
) -> tuple[str, Identity, str]:
    kept = find_kept_identity(state)
    email, name, subject = redeem_code(state, "social", code)
    # The code was sent for one identity: another one may have been begun since.
    if kept is None or (kept[0].provider, kept[0].subject) != (provider.name, subject):
        raise InvalidTokenError(_("The code is wrong or too old."))
    if not forget_identity(state):
        raise InvalidTokenError(_("The code is wrong or too old."))
    return email, replace(kept[0], name=name), kept[1]


def _explain(error: Exception, provider: Provider) -> RefusedError:
    if isinstance(error, RefusedError):
        return error
    # What did not answer is in the log; visitors need no addresses.
    auth_state.current().app.logger.error("%s", error)
    refused = SocialLoginError(
        _("%(provider)s does not answer. Try again later.", provider=provider.title)
    )
    refused.status = 503
    return refused


def _show_refusal(error: RefusedError) -> Any:
    response = show(
        "auth/message.html",
        {"message": str(error), "title": _("This login does not work")},
    )
    response.status_code = error.status
    return response
