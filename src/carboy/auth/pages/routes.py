"""The addresses of the pages of accounts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from carboy.auth.account_page import AccountSection, register_section
from carboy.auth.app_state import AuthState
from carboy.auth.factors import register_factor
from carboy.auth.login_manager import LoginManager
from carboy.core import Wiring
from carboy.forms import DefaultForms
from carboy.translation import lazy_gettext as _l
from carboy.ui import UI

from . import (
    account_views,
    login_views,
    register_views,
    second_step_views,
    two_step_views,
)

_FOLDER = Path(__file__).parent.parent / "templates"
_BOTH, _POST = ("GET", "POST"), ("POST",)


def add_pages(wiring: Wiring, state: AuthState, manager: LoginManager) -> None:
    """Add the pages, and lead to them whoever has to log in."""
    UI().init_app(wiring.app)
    # Nothing happens where the site has it: no page is without its protection.
    DefaultForms().init_app(wiring.app)
    wiring.templates(_FOLDER)
    pages: list[tuple[str, Callable[..., Any], str, tuple[str, ...]]] = [
        ("/login", login_views.show_login, "login", _BOTH),
        ("/logout", login_views.do_logout, "logout", _POST),
        ("/reauthenticate", login_views.show_reauthenticate, "reauthenticate", _BOTH),
        ("/forgot", register_views.show_forgot, "forgot", _BOTH),
        ("/reset/<token>", register_views.show_reset, "reset", _BOTH),
        ("/confirm/<token>", register_views.show_confirm, "confirm", _BOTH),
        ("/", account_views.show_account, "account", ("GET",)),
        ("/profile", account_views.show_profile, "profile", _BOTH),
        ("/password", account_views.show_password, "password", _BOTH),
        ("/email", account_views.show_email, "email", _BOTH),
        ("/email/<token>", account_views.show_email_confirm, "email_confirm", _BOTH),
        ("/sessions", account_views.show_sessions, "sessions", ("GET",)),
        ("/sessions/others", account_views.do_revoke_others, "revoke_others", _POST),
        ("/sessions/<handle>/end", account_views.do_revoke, "revoke", _POST),
        ("/second-step", second_step_views.show_second_step, "second_step", _BOTH),
        ("/two-step", two_step_views.show_two_step, "two_step", _BOTH),
        ("/two-step/off", two_step_views.show_two_step_off, "two_step_off", _BOTH),
        ("/two-step/codes", two_step_views.show_new_codes, "recovery_codes", _BOTH),
        ("/activity", account_views.show_activity, "activity", ("GET",)),
        ("/export", account_views.send_export, "export", ("GET",)),
        ("/delete", account_views.show_delete, "delete", _BOTH),
    ]
    if state.settings.registration:
        confirm = register_views.show_register_confirm
        pages += [
            ("/register", register_views.show_register, "register", _BOTH),
            ("/register/<token>", confirm, "register_confirm", _BOTH),
        ]
    if state.settings.email_codes:
        pages += [
            ("/code/request", login_views.show_code_request, "code_request", _BOTH),
            ("/code", login_views.show_code, "code", _BOTH),
        ]
    for rule, view, name, methods in pages:
        address = state.settings.url_prefix + rule
        wiring.route(address, view, endpoint=f"auth.{name}", methods=methods)
    manager.login_view = manager.login_view or "auth.login"
    manager.refresh_view = manager.refresh_view or "auth.reauthenticate"
    register_factor(wiring.app, second_step_views.make_factor(state))
    _add_sections(wiring)


def _add_sections(wiring: Wiring) -> None:
    for name, title in (
        ("profile", _l("Name")),
        ("email", _l("Email address")),
        ("password", _l("Password")),
        ("two_step", _l("Two-step login")),
        ("sessions", _l("Sessions and devices")),
        ("activity", _l("Recent activity")),
        ("export", _l("Export your data")),
        ("delete", _l("Delete the account")),
    ):
        section = AccountSection(name, title, f"auth.{name}")
        register_section(wiring.app, section)
