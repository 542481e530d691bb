"""Flask-Login: `carboy.auth`, with flags that may be called as in version 0.2."""

from collections.abc import Callable
from typing import Any

from carboy.auth import AnonymousUserMixin, LoginManager, UserMixin, login_user
from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row, rows_of, same_names
from carboy.legacy.user_flags import CALLED, FLAGS, METHOD, adapt_user, callable_flag
from carboy.legacy.uses import record_use

_SAME = (
    "AUTH_HEADER_NAME COOKIE_DURATION COOKIE_HTTPONLY COOKIE_NAME COOKIE_SECURE"
    " FlaskLoginClient ID_ATTRIBUTE LOGIN_MESSAGE LOGIN_MESSAGE_CATEGORY"
    " REFRESH_MESSAGE REFRESH_MESSAGE_CATEGORY confirm_login current_user"
    " decode_cookie encode_cookie fresh_login_required login_fresh login_remembered"
    " login_required login_url logout_user make_next_param session_protected"
    " set_login_view user_accessed user_loaded_from_cookie user_loaded_from_request"
    " user_logged_in user_logged_out user_login_confirmed user_needs_refresh"
    " user_unauthorized"
)
TOKEN_LOADER = Row(
    "login_manager.token_loader",
    "Flask-Login 0.4",
    "accepted, and not called",
    "remove it, and get_auth_token()",
    "The cookie that keeps visitors logged in is signed by the site itself.",
)
_HERE = "carboy.legacy.packages.flask_login"


class CallableUserMixin(UserMixin):
    """Flask-Login's mixin; `user.is_active` and `user.is_active()` are the same."""


class CallableAnonymousUser(AnonymousUserMixin):
    """A visitor; `current_user.is_authenticated()` works, too."""


def add_callable_flags(kind: type[Any], original: type[Any], set_flag: Any) -> None:
    """Set the flags of `kind` to those of `original`, which can be called."""
    for name in FLAGS:
        set_flag(kind, name, callable_flag(vars(original)[name].fget))


add_callable_flags(CallableUserMixin, UserMixin, setattr)
add_callable_flags(CallableAnonymousUser, AnonymousUserMixin, setattr)


class OldLoginManager(LoginManager):
    """A login manager that calls `is_active` where it is a method of the user."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.anonymous_user = CallableAnonymousUser

    def user_loader(self, callback: Callable[[str], Any]) -> Any:
        """Register the function that returns the user of an id, or None."""
        super().user_loader(adapting(callback))
        return callback

    def token_loader(self, callback: Callable[[str], Any]) -> Any:
        """Accept the function; no cookie of today has a use for it."""
        return accept_token_loader(self, callback)

    def request_loader(self, callback: Callable[[Any], Any]) -> Any:
        """Register the function that returns the user of a request, or None."""
        super().request_loader(adapting(callback))
        return callback


def accept_token_loader(_manager: Any, callback: Callable[[str], Any]) -> Any:
    """Return the function that Flask-Login 0.2 called for a token of a cookie."""
    record_use(TOKEN_LOADER)
    return callback


def log_in(user: Any, *args: Any, **options: Any) -> Any:
    """Log a user in, as `login_user` does; its flags may be methods."""
    return login_user(adapt_user(user), *args, **options)


def adapting(callback: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that loads a user whose flags may be methods."""

    def load(key: Any) -> Any:
        return adapt_user(callback(key))

    return load


def _adapt_installed(patches: Patches) -> None:
    """Change the Flask-Login that is installed in the same way."""
    module = __import__("flask_login")
    for kind in (module.UserMixin, module.AnonymousUserMixin):
        add_callable_flags(kind, kind, patches.set)
    manager = module.LoginManager
    for name in ("user_loader", "request_loader"):
        patches.set(manager, name, _wrap_loader(getattr(manager, name)))
    patches.set(manager, "token_loader", accept_token_loader)
    log_in_installed = module.login_user

    def log_in_user(user: Any, *args: Any, **options: Any) -> Any:
        return log_in_installed(adapt_user(user), *args, **options)

    patches.set(module, "login_user", log_in_user)


def _wrap_loader(register: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def add(self: Any, callback: Callable[[Any], Any]) -> Any:
        register(self, adapting(callback))
        return callback

    return add


HOOKS = {"flask_login": _adapt_installed}
MODULES = ("flask_login", "flask_login.mixins", "flask_login.utils")
ROWS = (
    CALLED,
    METHOD,
    TOKEN_LOADER,
    *rows_of("flask_login", "", same_names("carboy.auth", _SAME)),
    *rows_of(
        "flask_login.utils",
        "",
        same_names(
            "carboy.auth",
            "current_user login_required logout_user login_url confirm_login",
        )
        | {"login_user": f"{_HERE}:log_in"},
    ),
    *rows_of(
        "flask_login",
        "",
        {"LoginManager": f"{_HERE}:OldLoginManager"},
        edit="from carboy.auth import LoginManager",
    ),
    *rows_of(
        "flask_login",
        "",
        {"login_user": f"{_HERE}:log_in"},
        edit="from carboy.auth import login_user",
    ),
    *(
        Row(
            f"{module}.{name}",
            "",
            f"{_HERE}:{kind.__name__}",
            f"from carboy.auth import {name}",
            module=module,
        )
        for module in ("flask_login", "flask_login.mixins")
        for name, kind in (
            ("UserMixin", CallableUserMixin),
            ("AnonymousUserMixin", CallableAnonymousUser),
        )
    ),
)
