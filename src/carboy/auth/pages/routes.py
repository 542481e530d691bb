"""The addresses of the pages of accounts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from carboy.auth.account_page import AccountSection, register_section
from carboy.auth.app_state import AuthState
from carboy.auth.factors import register_factor
from carboy.auth.login_manager import LoginManager
from carboy.auth.social import make_mini_program
from carboy.core import Wiring
from carboy.forms import DefaultForms
from carboy.translation import lazy_gettext as _l
from carboy.ui import UI

from . import (
    account_views,
    login_views,
    login_ways_views,
    passkey_views,
    reauthenticate_views,
    register_views,
    second_step_views,
    social_views,
    static_files,
    two_step_views,
)
from .mini_program_views import make_mini_program_view
from .passkeys import make_passkey_factor
from .providers import list_providers

_FOLDER = Path(__file__).parent.parent / "templates"
_Page = tuple[str, Callable[..., Any], str, tuple[str, ...]]
_BOTH, _POST = ("GET", "POST"), ("POST",)


def add_pages(wiring: Wiring, state: AuthState, manager: LoginManager) -> None:
    """Add the pages, and lead to them whoever has to log in."""
    UI().init_app(wiring.app)
    # Nothing happens where the site has it: no page is without its protection.
    DefaultForms().init_app(wiring.app)
    wiring.templates(_FOLDER)
    pages: list[_Page] = [
        ("/login", login_views.show_login, "login", _BOTH),
        ("/logout", login_views.do_logout, "logout", _POST),
        (
            "/reauthenticate",
            reauthenticate_views.show_reauthenticate,
            "reauthenticate",
            _BOTH,
        ),
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
        (
            "/sessions/browsers/<int:browser_id>/end",
            account_views.do_forget_browser,
            "forget_browser",
            _POST,
        ),
        ("/second-step", second_step_views.show_second_step, "second_step", _BOTH),
        ("/two-step", two_step_views.show_two_step, "two_step", _BOTH),
        ("/two-step/off", two_step_views.show_two_step_off, "two_step_off", _BOTH),
        ("/two-step/codes", two_step_views.show_new_codes, "recovery_codes", _BOTH),
        (
            "/static/<digest>/<path:name>",
            static_files.send_static,
            "static",
            ("GET",),
        ),
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
    if state.providers:
        pages += _list_social_pages(state)
    mini_program = make_mini_program(state.settings)
    if mini_program is not None:
        view = make_mini_program_view(mini_program)
        pages.append(("/social/wechat/mini-program", view, "mini_program", _POST))
    if state.settings.passkeys != "off":
        pages += _list_passkey_pages(state)
    for rule, view, name, methods in pages:
        address = state.settings.url_prefix + rule
        wiring.route(address, view, endpoint=f"auth.{name}", methods=methods)
    manager.login_view = manager.login_view or "auth.login"
    manager.refresh_view = manager.refresh_view or "auth.reauthenticate"
    wiring.template_global("auth_static", static_files.auth_static)
    wiring.template_global("auth_providers", list_providers)
    register_factor(wiring.app, second_step_views.make_factor(state))
    if state.settings.asks_for_passkey:
        register_factor(wiring.app, make_passkey_factor(state))
    _add_sections(wiring, state)


def _list_social_pages(state: AuthState) -> list[_Page]:
    views, own, base = social_views, login_ways_views, "/social/<name>"
    pages: list[_Page] = [
        (base, views.do_social_login, "social_login", _POST),
        (f"{base}/callback", views.show_social_callback, "social_callback", ("GET",)),
        ("/logins", own.show_logins, "logins", ("GET",)),
        ("/logins/<name>/link", views.do_link_login, "link_login", _POST),
        ("/logins/<name>/unlink", own.do_unlink_login, "unlink_login", _POST),
    ]
    if state.settings.registration:
        register, code = views.show_social_register, views.show_social_code
        pages += [
            (f"{base}/register", register, "social_register", _BOTH),
            (f"{base}/code", code, "social_code", _BOTH),
        ]
    return pages


def _list_passkey_pages(state: AuthState) -> list[_Page]:
    own, again = passkey_views, reauthenticate_views
    step = second_step_views
    confirm = "/reauthenticate/passkey"
    pages: list[_Page] = [
        ("/passkeys", own.show_passkeys, "passkeys", ("GET",)),
        ("/passkeys", own.do_add_passkey, "add_passkey", _POST),
        ("/passkeys/options", own.send_new_options, "passkey_options", ("GET",)),
        (
            "/passkeys/<int:passkey_id>/name",
            own.do_rename_passkey,
            "rename_passkey",
            _POST,
        ),
        (
            "/passkeys/<int:passkey_id>/remove",
            own.do_remove_passkey,
            "remove_passkey",
            _POST,
        ),
        (confirm, again.do_passkey_reauthenticate, "passkey_reauthenticate", _POST),
        (
            f"{confirm}/options",
            again.send_reauthenticate_options,
            "passkey_reauthenticate_options",
            ("GET",),
        ),
    ]
    if state.settings.logs_in_by_passkey:
        login = "/login/passkey"
        options = own.send_login_options
        pages += [
            (login, own.do_passkey_login, "passkey_login", _POST),
            (f"{login}/options", options, "passkey_login_options", ("GET",)),
        ]
    if state.settings.asks_for_passkey:
        rule, options = "/second-step/passkey", step.send_step_options
        pages += [
            (rule, step.show_passkey_step, "passkey_step", _BOTH),
            (f"{rule}/options", options, "passkey_step_options", ("GET",)),
        ]
    return pages


def _add_sections(wiring: Wiring, state: AuthState) -> None:
    sections = [
        ("profile", _l("Name")),
        ("email", _l("Email address")),
        ("password", _l("Password")),
        ("two_step", _l("Two-step login")),
        ("sessions", _l("Sessions and devices")),
        ("activity", _l("Recent activity")),
        ("export", _l("Export your data")),
        ("delete", _l("Delete the account")),
    ]
    if state.settings.passkeys != "off":
        sections.insert(4, ("passkeys", _l("Passkeys")))
    if state.providers:
        sections.insert(4, ("logins", _l("Linked logins")))
    for name, title in sections:
        section = AccountSection(name, title, f"auth.{name}")
        register_section(wiring.app, section)
