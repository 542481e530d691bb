"""Show again who one is, before what matters."""

from typing import Any

from flask import url_for

from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.current_user import get_user
from carboy.auth.errors import ThrottledError
from carboy.auth.factors import list_factors_of
from carboy.auth.login import confirm_login
from carboy.auth.reauthentication import login_required
from carboy.auth.safe_redirect import safe_target
from carboy.auth.second_factors import PasskeyError, count_passkeys
from carboy.translation import gettext as _

from .answers import FormPage, done, refuse, show_form
from .attempts import WrongPasswordError
from .forms import PasskeyForm, ReauthenticateForm
from .login_views import check_own_password, find_next
from .passkeys import get_passkeys, send_options, use_passkey
from .second_step_views import use_code


@login_required
def show_reauthenticate() -> Any:
    """Ask for the password, and for a code where there is a second factor."""
    state, user = auth_state.current(), get_user()
    form, page, context = _make_form(user), _make_page(), _list_ways(state, user)
    if not {"password", "code"} & set(form._fields) or not form.validate_on_submit():
        return show_form(page, form, **context)
    methods = []
    try:
        if "password" in form:
            check_own_password(state, form.password.data or "")
            methods.append("password")
        if "code" in form:
            methods.append(use_code(state, user, form.code.data or ""))
    except (WrongPasswordError, ThrottledError) as error:
        return refuse(page, form, error, **context)
    return _confirm(state, methods)


@login_required
def do_passkey_reauthenticate() -> Any:
    """Accept a passkey, which is enough."""
    state, user = auth_state.current(), get_user()
    try:
        use_passkey(state, PasskeyForm(), user.get_id())
    except (PasskeyError, ThrottledError) as error:
        form = _make_form(user)
        return refuse(_make_page(), form, error, **_list_ways(state, user))
    return _confirm(state, ["passkey"])


@login_required
def send_reauthenticate_options() -> Any:
    """Answer with what the authenticator has to sign."""
    passkeys = get_passkeys(auth_state.current())
    return send_options(passkeys.begin_login(get_user().get_id()))


def _make_page() -> FormPage:
    return FormPage(
        _("Confirm that it is you"),
        _("Continue"),
        _("This is asked for again before important changes."),
        template="auth/reauthenticate.html",
    )


def _make_form(user: Any) -> ReauthenticateForm:
    form = ReauthenticateForm()
    form.next.data = find_next()
    if not user.password_hash:
        del form.password
    if not list_factors_of(auth_state.current().app, user.get_id()):
        del form.code
    return form


def _list_ways(state: AuthState, user: Any) -> dict[str, Any]:
    has_passkey = state.settings.passkeys != "off" and bool(
        count_passkeys(state.db.session(), user.get_id())
    )
    return {"has_passkey": has_passkey, "state": state}


def _confirm(state: AuthState, methods: list[str]) -> Any:
    confirm_login(*methods)
    state.db.session.commit()
    return done("", safe_target(find_next(), default=url_for("auth.account")))
