"""`LoginManager`: which user a request has, with Flask-Login's names and behaviour."""

import hashlib
import warnings
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    request,
    session,
)
from flask.globals import request_ctx

from carboy.core import get_current_app
from carboy.forms import rotate_csrf_token
from carboy.sessions import DEVICE, regenerate

from .app_state import auth_state
from .current_user import current_user, get_session, set_user
from .ended_devices import has_device_ended
from .login_url import expand_login_view, login_url, make_next_param
from .remember_cookie import (
    decode_remembered,
    encode_remembered,
    remember_duration,
    remember_name,
)
from .required_factors import is_admitted
from .signals import (
    session_protected,
    user_accessed,
    user_loaded_from_cookie,
    user_loaded_from_request,
    user_needs_refresh,
    user_unauthorized,
)
from .user_mixins import AnonymousUserMixin

Loader = Callable[[str], Any]

# The secret of an authenticator app that this session sets up.
NEW_APP = "_auth_new_app"

SESSION_KEYS = (
    "_user_id",
    "_remember",
    "_remember_seconds",
    "_id",
    "_fresh",
    "_auth_epoch",
    DEVICE,
    "_auth_time",
    "_auth_methods",
    "_auth_pending",
    NEW_APP,
    "next",
)
_LOGIN_MESSAGE = "Please log in to access this page."
_REFRESH_MESSAGE = "Please reauthenticate to access this page."


class LoginManager:
    """Loads users, and answers requests that need a login."""

    def __init__(
        self,
        app: Flask | None = None,
        add_context_processor: bool = True,
    ) -> None:
        self.anonymous_user: Callable[[], Any] = AnonymousUserMixin
        self.login_view: str | None = None
        self.blueprint_login_views: dict[str | None, str] = {}
        self.login_message: Any = _LOGIN_MESSAGE
        self.login_message_category = "message"
        self.refresh_view: str | None = None
        self.needs_refresh_message: Any = _REFRESH_MESSAGE
        self.needs_refresh_message_category = "message"
        self.session_protection: Literal["basic", "strong"] | None = "basic"
        self.localize_callback: Callable[[Any], Any] | None = None
        self.unauthorized_callback: Callable[[], Any] | None = None
        self.needs_refresh_callback: Callable[[], Any] | None = None
        self.id_attribute = "get_id"
        self._user_callback: Loader | None = None
        self._request_callback: Callable[[Any], Any] | None = None
        if app is not None:
            self.init_app(app, add_context_processor)

    def init_app(
        self,
        app: Flask,
        add_context_processor: bool = True,
    ) -> None:
        """Install the manager on an app."""
        # Its name in Flask-Login; plain apps have no such attribute.
        vars(app)["login_manager"] = self
        app.after_request(self._update_remember_cookie)
        if add_context_processor:
            app.jinja_env.globals.setdefault("current_user", current_user)

    setup_app = init_app

    # Loaders

    def user_loader(self, callback: Loader) -> Loader:
        """Register the function that returns the user of an id, or None."""
        self._user_callback = callback
        return callback

    @property
    def user_callback(self) -> Loader | None:
        """The function that `user_loader` has registered."""
        return self._user_callback

    def request_loader(self, callback: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Register the function that returns the user of a request, or None."""
        self._request_callback = callback
        return callback

    @property
    def request_callback(self) -> Callable[[Any], Any] | None:
        """The function that `request_loader` has registered."""
        return self._request_callback

    def header_loader(self, callback: Loader) -> Loader:
        """Register the function that returns the user of an `Authorization` header."""
        warnings.warn(
            "header_loader is deprecated: write @login_manager.request_loader, and "
            "read request.headers['Authorization'] in the function.",
            DeprecationWarning,
            stacklevel=2,
        )

        def load(request: Any) -> Any:
            header = request.headers.get("Authorization")
            return callback(header) if header else None

        self._request_callback = load
        return callback

    # Answers

    def unauthorized_handler(self, callback: Callable[[], Any]) -> Callable[[], Any]:
        """Register the function that answers a request without a login."""
        self.unauthorized_callback = callback
        return callback

    def needs_refresh_handler(self, callback: Callable[[], Any]) -> Callable[[], Any]:
        """Register the function that answers a login that is not fresh."""
        self.needs_refresh_callback = callback
        return callback

    def unauthorized(self) -> Any:
        """Return the response for a request without a login."""
        user_unauthorized.send(get_current_app())
        if self.unauthorized_callback:
            return self.unauthorized_callback()
        view = self.blueprint_login_views.get(request.blueprint) or self.login_view
        if not view or _wants_json():
            abort(401)
        self._flash(self.login_message, self.login_message_category)
        return self._redirect_to(view)

    def needs_refresh(self) -> Any:
        """Return the response for a login that is not fresh."""
        user_needs_refresh.send(get_current_app())
        if self.needs_refresh_callback:
            return self.needs_refresh_callback()
        if not self.refresh_view or _wants_json():
            abort(401)
        self._flash(self.needs_refresh_message, self.needs_refresh_message_category)
        return self._redirect_to(self.refresh_view)

    def _flash(self, message: Any, category: str) -> None:
        if message:
            localize = self.localize_callback or str
            flash(localize(message), category=category)

    def _redirect_to(self, view: str) -> Any:
        # Another site may cause a POST; its address is not one to come back to.
        here = request.url if request.method in {"GET", "HEAD"} else None
        if not current_app.config.get("USE_SESSION_FOR_NEXT", False):
            return redirect(login_url(view, next_url=here))
        session["_id"] = self._session_identifier_generator()
        if here is not None:
            session["next"] = make_next_param(expand_login_view(view), here)
        return redirect(login_url(view))

    # The user of a request; these names are those that Flask-Login's functions call.

    def _update_request_context_with_user(self, user: Any = None) -> None:
        set_user(self.anonymous_user() if user is None else user)

    def _load_user(self) -> None:
        if self._user_callback is None and self._request_callback is None:
            msg = (
                "The login manager has no function that loads users. Register one with "
                "@login_manager.user_loader, or install Auth() with a UserModel."
            )
            raise RuntimeError(msg)
        user_accessed.send(get_current_app())
        if self._request_callback is not None and has_bearer():
            # A cookie that comes along must not widen what the token may do.
            self._update_request_context_with_user(self._load_from_request())
            return
        if self._has_failed_protection():
            self._update_request_context_with_user()
            return
        user = self._load_from_session()
        if user is None:
            user = self._load_from_cookie() or self._load_from_request()
        self._update_request_context_with_user(user)

    def _load_from_session(self) -> Any:
        user_id = session.get("_user_id")
        if user_id is None or self._user_callback is None:
            return None
        user = self._user_callback(user_id)
        if user is None or epoch_of(user) != session.get("_auth_epoch", 0):
            return None
        return user if _is_admitted(user, session.get("_auth_methods")) else None

    def _load_from_cookie(self) -> Any:
        app = get_current_app()
        value = request.cookies.get(remember_name(app))
        if not value or session.get("_remember") == "clear":
            return None
        seconds = remember_duration(app).total_seconds()
        remembered = decode_remembered(app, value, seconds)
        if remembered is None or self._user_callback is None:
            return None
        user_id, epoch, device = remembered
        user = self._user_callback(user_id)
        if user is None or epoch_of(user) != epoch or has_device_ended(device):
            return None
        if not _is_admitted(user, None):
            return None
        if session.get("_user_id") not in {None, user_id}:
            # It was the session of somebody else, whose login has ended.
            session.clear()
        session["_user_id"] = user_id
        session[DEVICE] = device
        session["_auth_epoch"] = epoch
        session["_fresh"] = False
        session["_id"] = self._session_identifier_generator()
        change_session_id()
        user_loaded_from_cookie.send(get_current_app(), user=user)
        return user

    def _load_from_request(self) -> Any:
        if self._request_callback is None:
            return None
        user = self._request_callback(request)
        if user is not None:
            user_loaded_from_request.send(get_current_app(), user=user)
        return user

    def _has_failed_protection(self) -> bool:
        mode = current_app.config.get("SESSION_PROTECTION", self.session_protection)
        expected = session.get("_id") if mode in {"basic", "strong"} else None
        if expected is None or expected == self._session_identifier_generator():
            return False
        session_protected.send(get_current_app())
        if mode == "strong":
            for key in SESSION_KEYS:
                session.pop(key, None)
            session["_remember"] = "clear"
            return True
        if session.get("_fresh"):
            session["_fresh"] = False
        return False

    @staticmethod
    def _session_identifier_generator() -> str:
        """Return a text that another browser, elsewhere, does not have.

        The address is the one that trusted proxies say, never a header by itself.
        """
        base = f"{request.remote_addr}|{request.headers.get('User-Agent')}"
        return hashlib.sha512(base.encode()).hexdigest()

    # The cookie

    def _update_remember_cookie(self, response: Response) -> Response:
        # A session that nobody has opened has nothing to remember.
        opened = _opened_session()
        if opened is None or "_remember" not in opened:
            return response
        action = opened.pop("_remember", None)
        if action == "set" and "_user_id" in opened:
            self._set_cookie(response, opened)
        elif action == "clear":
            self._clear_cookie(response)
        return response

    def _set_cookie(self, response: Response, opened: Any) -> None:
        app, config = get_current_app(), current_app.config
        seconds = opened.pop("_remember_seconds", None)
        duration = (
            remember_duration(app) if seconds is None else timedelta(seconds=seconds)
        )
        value = encode_remembered(
            app,
            opened["_user_id"],
            opened.get("_auth_epoch", 0),
            opened.get(DEVICE, ""),
        )
        response.set_cookie(
            remember_name(app),
            value=value,
            max_age=duration,
            **_cookie_options(),
            secure=config.get("REMEMBER_COOKIE_SECURE", request.is_secure),
            httponly=config.get("REMEMBER_COOKIE_HTTPONLY", True),
            samesite=config.get("REMEMBER_COOKIE_SAMESITE") or "Lax",
        )

    def _clear_cookie(self, response: Response) -> None:
        response.delete_cookie(remember_name(get_current_app()), **_cookie_options())


def epoch_of(user: Any) -> int:
    """Return the number that all valid sessions of a user have."""
    return getattr(user, "auth_epoch", 0) or 0


def _is_admitted(user: Any, methods: list[str] | None) -> bool:
    """Return whether a login is enough for what the site requires of a user."""
    state = auth_state.find(get_current_app())
    return state is None or is_admitted(state, user, methods)


def _cookie_options() -> dict[str, Any]:
    config = current_app.config
    return {
        "domain": config.get("REMEMBER_COOKIE_DOMAIN"),
        "path": config.get("REMEMBER_COOKIE_PATH", "/"),
    }


def change_session_id() -> None:
    """Change the id of the session and its CSRF token: its rights have changed."""
    rotate_csrf_token()
    regenerate(get_session())


def has_bearer() -> bool:
    """Return whether the request has a token for programs."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    return scheme.lower() == "bearer"


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted.best == "application/json" or request.is_json


def _opened_session() -> Any:
    """Return the session of this request if somebody has opened it, or None."""
    context = vars(request_ctx)
    opened = context.get("_session", context.get("session"))
    if opened is None or not getattr(opened, "accessed", True):
        return None
    return opened
