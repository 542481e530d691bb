"""Which pages accounts have, by the settings of a site."""

from collections.abc import Callable
from typing import Any

from carboy.auth.app_state import AuthState
from carboy.auth.social import make_mini_program

from . import (
    account_views,
    login_views,
    login_ways_views,
    passkey_views,
    reauthenticate_views,
    register_views,
    second_step_views,
    set_up_views,
    social_views,
    static_files,
    two_step_views,
)
from .mini_program_views import make_mini_program_view

# The rule below the prefix, the view, the endpoint without `auth.`, the methods.
Page = tuple[str, Callable[..., Any], str, tuple[str, ...]]
_BOTH, _POST, _GET = ("GET", "POST"), ("POST",), ("GET",)


def list_pages(state: AuthState) -> list[Page]:
    """List the pages of accounts."""
    settings = state.settings
    pages = [*_list_login_pages(), *_list_account_pages()]
    if settings.registration:
        confirm = register_views.show_register_confirm
        pages += [
            ("/register", register_views.show_register, "register", _BOTH),
            ("/register/<token>", confirm, "register_confirm", _BOTH),
        ]
    if settings.email_codes:
        pages += [
            ("/code/request", login_views.show_code_request, "code_request", _BOTH),
            ("/code", login_views.show_code, "code", _BOTH),
        ]
    if state.providers:
        pages += _list_social_pages(state)
    mini_program = make_mini_program(settings)
    if mini_program is not None:
        view = make_mini_program_view(mini_program)
        pages.append(("/social/wechat/mini-program", view, "mini_program", _POST))
    if settings.passkeys != "off":
        pages += _list_passkey_pages(state)
    return pages


def _list_login_pages() -> list[Page]:
    again = reauthenticate_views.show_reauthenticate
    static = static_files.send_static
    return [
        ("/login", login_views.show_login, "login", _BOTH),
        ("/logout", login_views.do_logout, "logout", _POST),
        ("/second-step", second_step_views.show_second_step, "second_step", _BOTH),
        ("/second-step/set-up", set_up_views.show_set_up, "set_up_factor", _BOTH),
        ("/reauthenticate", again, "reauthenticate", _BOTH),
        ("/forgot", register_views.show_forgot, "forgot", _BOTH),
        ("/reset/<token>", register_views.show_reset, "reset", _BOTH),
        ("/confirm/<token>", register_views.show_confirm, "confirm", _BOTH),
        ("/static/<digest>/<path:name>", static, "static", _GET),
    ]


def _list_account_pages() -> list[Page]:
    own, two_step = account_views, two_step_views
    browser = "/sessions/browsers/<int:browser_id>/end"
    return [
        ("/", own.show_account, "account", _GET),
        ("/profile", own.show_profile, "profile", _BOTH),
        ("/password", own.show_password, "password", _BOTH),
        ("/email", own.show_email, "email", _BOTH),
        ("/email/<token>", own.show_email_confirm, "email_confirm", _BOTH),
        ("/sessions", own.show_sessions, "sessions", _GET),
        ("/sessions/others", own.do_revoke_others, "revoke_others", _POST),
        ("/sessions/<handle>/end", own.do_revoke, "revoke", _POST),
        (browser, own.do_forget_browser, "forget_browser", _POST),
        ("/two-step", two_step.show_two_step, "two_step", _BOTH),
        ("/two-step/off", two_step.show_two_step_off, "two_step_off", _BOTH),
        ("/two-step/codes", two_step.show_new_codes, "recovery_codes", _BOTH),
        ("/activity", own.show_activity, "activity", _GET),
        ("/export", own.send_export, "export", _GET),
        ("/delete", own.show_delete, "delete", _BOTH),
    ]


def _list_social_pages(state: AuthState) -> list[Page]:
    views, own, base = social_views, login_ways_views, "/social/<name>"
    pages: list[Page] = [
        (base, views.do_social_login, "social_login", _POST),
        (f"{base}/callback", views.show_social_callback, "social_callback", _GET),
        ("/logins", own.show_logins, "logins", _GET),
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


def _list_passkey_pages(state: AuthState) -> list[Page]:
    own, again = passkey_views, reauthenticate_views
    step = second_step_views
    confirm = "/reauthenticate/passkey"
    pages: list[Page] = [
        ("/passkeys", own.show_passkeys, "passkeys", _GET),
        ("/passkeys", own.do_add_passkey, "add_passkey", _POST),
        ("/passkeys/options", own.send_new_options, "passkey_options", _GET),
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
            _GET,
        ),
    ]
    if state.settings.logs_in_by_passkey:
        login = "/login/passkey"
        options = own.send_login_options
        pages += [
            (login, own.do_passkey_login, "passkey_login", _POST),
            (f"{login}/options", options, "passkey_login_options", _GET),
        ]
    if state.settings.asks_for_passkey:
        rule, options = "/second-step/passkey", step.send_step_options
        pages += [
            (rule, step.show_passkey_step, "passkey_step", _BOTH),
            (f"{rule}/options", options, "passkey_step_options", _GET),
        ]
    return pages
