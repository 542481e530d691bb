"""The logins with other sites that are linked to the own account."""

from typing import Any

from flask import url_for

from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.current_user import get_user
from carboy.auth.reauthentication import full_login_required, login_required
from carboy.auth.second_factors import count_passkeys
from carboy.auth.social import SocialLoginError, unlink_identity
from carboy.translation import gettext as _

from .answers import done, format_time, show
from .mails import report_login_change
from .providers import identities_of, list_providers


@login_required
def show_logins() -> Any:
    """List the linked logins, and those that can be linked."""
    return show(
        "auth/logins.html", _describe(auth_state.current()), title=_("Linked logins")
    )


@full_login_required
def do_unlink_login(name: str) -> Any:
    """Unlink a login."""
    state, user = auth_state.current(), get_user()
    try:
        unlink_identity(
            identities_of(state),
            user.get_id(),
            name,
            other_ways=_count_other_ways(state, user),
        )
    except SocialLoginError as error:
        body = _describe(state) | {"error": str(error)}
        response = show("auth/logins.html", body, title=_("Linked logins"))
        response.status_code = error.status
        return response
    report_login_change(user, "login_unlinked")
    state.db.session.commit()
    return done(_("The login is unlinked."), url_for("auth.logins"))


def _describe(state: AuthState) -> dict[str, Any]:
    titles = {each.name: str(each.title) for each in state.providers}
    linked = [
        {
            "provider": each.provider,
            "title": titles.get(each.provider, each.provider),
            "label": each.label,
            "since": format_time(each.created_at),
        }
        for each in identities_of(state).list(get_user().get_id())
    ]
    names = {each["provider"] for each in linked}
    others = [
        {"provider": each.name, "title": str(each.title)}
        for each in list_providers()
        if each.name not in names
    ]
    return {"linked": linked, "others": others}


def _count_other_ways(state: AuthState, user: Any) -> int:
    passkeys = 0
    if state.settings.logs_in_by_passkey:
        passkeys = count_passkeys(state.db.session(), user.get_id())
    return bool(user.password_hash) + passkeys
