"""What the page of recent activity calls each event."""

from carboy.translation import LazyText, lazy_gettext as _l

_TEXTS: dict[str, LazyText] = {
    "login": _l("Logged in"),
    "login_failed": _l("A wrong password was entered"),
    "logout": _l("Logged out"),
    "registered": _l("Account created"),
    "email_confirmed": _l("Address confirmed"),
    "email_changed": _l("Address changed"),
    "password_changed": _l("Password changed"),
    "password_reset": _l("Password reset"),
    "second_step_failed": _l("A wrong code was entered"),
    "two_step_on": _l("Two-step login switched on"),
    "two_step_off": _l("Two-step login switched off"),
    "factors_reset": _l("Second factors removed by the people who run this site"),
    "recovery_codes_created": _l("New recovery codes made"),
    "passkey_added": _l("Passkey added"),
    "passkey_removed": _l("Passkey removed"),
    "browser_trusted": _l("Browser trusted"),
    "browser_forgotten": _l("Browser not trusted any more"),
    "login_linked": _l("Login with another site linked"),
    "login_unlinked": _l("Login with another site unlinked"),
    "roles_changed": _l("Roles changed"),
    "session_ended": _l("Session ended"),
    "sessions_ended": _l("All other sessions ended"),
}


def register_event_text(kind: str, text: LazyText) -> None:
    """Show events of `kind` with this text."""
    _TEXTS[kind] = text


def event_text(kind: str) -> str:
    """Return the text of a kind of event, or the kind itself."""
    return str(_TEXTS.get(kind, kind))
