"""Accounts: who a visitor is, logins, passwords, and the pages around them.

A site writes `class User(UserModel, db.Model)` and installs `Auth()`. The names of
Flask-Login are here too, with their behaviour.
"""

from carboy.stores import Limit

from .access import (
    AccessDeniedError,
    UnknownActionError,
    authorize,
    can,
    define_role,
    describe_access,
    permission_required,
    policy,
    policy_registry,
    policy_required,
    roles_required,
)
from .account_page import AccountSection, list_sections, register_section
from .api_tokens import scopes_required
from .app_state import AuthState, auth_state
from .current_user import current_user
from .errors import InvalidTokenError, NoPendingLoginError, ThrottledError
from .events import AccountEvent, list_events, record_event
from .export import export_user
from .extension import Auth
from .factors import SecondFactor, list_factors, list_factors_of, register_factor
from .flask_login_names import (
    AUTH_HEADER_NAME,
    COOKIE_DURATION,
    COOKIE_HTTPONLY,
    COOKIE_NAME,
    COOKIE_SECURE,
    ID_ATTRIBUTE,
    LOGIN_MESSAGE,
    LOGIN_MESSAGE_CATEGORY,
    REFRESH_MESSAGE,
    REFRESH_MESSAGE_CATEGORY,
    FlaskLoginClient,
    decode_cookie,
    encode_cookie,
    login_remembered,
    set_login_view,
)
from .login import (
    LoginOutcome,
    begin_login,
    confirm_login,
    finish_second_step,
    get_pending_user,
    login_fresh,
    login_user,
    logout_user,
)
from .login_manager import LoginManager
from .login_url import login_url, make_next_param
from .one_time_tokens import OneTimeTokens
from .passwords import PasswordHasher, PasswordRules, WeakPasswordError
from .reauthentication import (
    fresh_login_required,
    full_login_required,
    is_fresh,
    login_required,
    require_fresh,
)
from .safe_redirect import is_safe_url, redirect_back, safe_redirect
from .settings import AuthSettings
from .signals import (
    session_protected,
    user_accessed,
    user_loaded_from_cookie,
    user_loaded_from_request,
    user_logged_in,
    user_logged_out,
    user_login_confirmed,
    user_needs_refresh,
    user_unauthorized,
)
from .throttles import ActionLimits, Throttle
from .user_mixins import AnonymousUserMixin, UserMixin
from .user_model import UserModel

__all__ = [
    "AUTH_HEADER_NAME",
    "COOKIE_DURATION",
    "COOKIE_HTTPONLY",
    "COOKIE_NAME",
    "COOKIE_SECURE",
    "ID_ATTRIBUTE",
    "LOGIN_MESSAGE",
    "LOGIN_MESSAGE_CATEGORY",
    "REFRESH_MESSAGE",
    "REFRESH_MESSAGE_CATEGORY",
    "AccessDeniedError",
    "AccountEvent",
    "AccountSection",
    "ActionLimits",
    "AnonymousUserMixin",
    "Auth",
    "AuthSettings",
    "AuthState",
    "FlaskLoginClient",
    "InvalidTokenError",
    "Limit",
    "LoginManager",
    "LoginOutcome",
    "NoPendingLoginError",
    "OneTimeTokens",
    "PasswordHasher",
    "PasswordRules",
    "SecondFactor",
    "Throttle",
    "ThrottledError",
    "UnknownActionError",
    "UserMixin",
    "UserModel",
    "WeakPasswordError",
    "auth_state",
    "authorize",
    "begin_login",
    "can",
    "confirm_login",
    "current_user",
    "decode_cookie",
    "define_role",
    "describe_access",
    "encode_cookie",
    "export_user",
    "finish_second_step",
    "fresh_login_required",
    "full_login_required",
    "get_pending_user",
    "is_fresh",
    "is_safe_url",
    "list_events",
    "list_factors",
    "list_factors_of",
    "list_sections",
    "login_fresh",
    "login_remembered",
    "login_required",
    "login_url",
    "login_user",
    "logout_user",
    "make_next_param",
    "permission_required",
    "policy",
    "policy_registry",
    "policy_required",
    "record_event",
    "redirect_back",
    "register_factor",
    "register_section",
    "require_fresh",
    "roles_required",
    "safe_redirect",
    "scopes_required",
    "session_protected",
    "set_login_view",
    "user_accessed",
    "user_loaded_from_cookie",
    "user_loaded_from_request",
    "user_logged_in",
    "user_logged_out",
    "user_login_confirmed",
    "user_needs_refresh",
    "user_unauthorized",
]
