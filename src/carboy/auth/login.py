"""Log in and out, in one step or two."""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import request, session

from carboy.core import get_current_app, registry_of

from .app_state import auth_state
from .current_user import get_manager, get_user
from .devices import begin_device, forget_device
from .errors import NoPendingLoginError
from .factors import list_factors_of
from .login_manager import (
    NEW_APP,
    SESSION_KEYS,
    change_session_id,
    epoch_of,
    has_bearer,
)
from .remember_cookie import end_remembered, remember_name
from .required_factors import (
    PROVIDER_FACTOR,
    SPARE,
    TRUSTED_BROWSER,
    WHOLE,
    is_missing_factor,
)
from .signals import user_logged_in, user_logged_out, user_login_confirmed
from .trusted_browser import is_trusted_browser
from .user_model import UserModel

PENDING = "_auth_pending"
# The page that sets up the second factor of somebody who must have one.
_SET_UP = "auth.set_up_factor"


@dataclass(frozen=True, slots=True)
class LoginOutcome:
    """What follows a factor that was right.

    `refused` is empty, `"locked"` or `"unconfirmed"`; `second_step` is the endpoint
    of the page that asks for the second factor, or that sets up one which the site
    requires, or empty.
    """

    is_logged_in: bool
    refused: str = ""
    second_step: str = ""


def begin_login(
    user: Any,
    *,
    method: str,
    remember: bool = False,
    is_vouched: bool = False,
    authenticated_at: float | None = None,
) -> LoginOutcome:
    """Log in a user who has shown a first factor, or begin the second step.

    A login that waits for its second step has no rights at all. `is_vouched`: a
    second factor was shown elsewhere, to somebody whom the site believes.
    `authenticated_at`: when the first was, if that was elsewhere and before this.
    """
    if reason := find_refusal(user):
        return LoginOutcome(is_logged_in=False, refused=reason)
    factors = list_factors_of(get_current_app(), user.get_id())
    is_whole = is_vouched or method in WHOLE
    if not (factors or is_whole) and _must_set_up(user):
        return _begin_set_up(user, method, remember=remember)
    factors = [factor for factor in factors if factor.name != method]
    if not factors or is_whole:
        methods = [method, PROVIDER_FACTOR] if is_vouched else [method]
        _enter(user, methods, remember=remember)
        _date_back(authenticated_at)
        return LoginOutcome(is_logged_in=True)
    if is_trusted_browser(user):
        _enter(user, [method, TRUSTED_BROWSER], remember=remember)
        _date_back(authenticated_at)
        return LoginOutcome(is_logged_in=True)
    _begin_second_step(user, method, remember=remember, sets_up=False)
    return LoginOutcome(is_logged_in=False, second_step=factors[0].endpoint)


def _must_set_up(user: Any) -> bool:
    state = auth_state.find(get_current_app())
    return state is not None and is_missing_factor(state, user)


def _begin_set_up(user: Any, method: str, *, remember: bool) -> LoginOutcome:
    if user.email_confirmed_at is None:
        # Somebody else's address: its owner could never get into the account.
        return LoginOutcome(is_logged_in=False, refused="unconfirmed")
    _begin_second_step(user, method, remember=remember, sets_up=True)
    return LoginOutcome(is_logged_in=False, second_step=_SET_UP)


def _begin_second_step(
    user: Any, method: str, *, remember: bool, sets_up: bool
) -> None:
    target = session.get("next")
    if session.get("_user_id") not in {None, user.get_id()}:
        # What somebody else has left in this browser belongs to that person.
        session.clear()
    _forget()
    if target is not None:
        session["next"] = target
    session[PENDING] = {
        "user": user.get_id(),
        "methods": [method],
        "remember": remember,
        "epoch": epoch_of(user),
        "time": time.time(),
        "sets_up": sets_up,
    }
    change_session_id()


def get_pending_user(*, sets_up: bool = False) -> Any:
    """Return the user whose login waits for its second step, or raise an error.

    `sets_up`: whose login waits until the second factor is set up.
    """
    pending = session.get(PENDING)
    if pending is not None and pending.get("sets_up", False) is not sets_up:
        raise NoPendingLoginError("This login waits for another step.")
    lifetime = auth_state.current().settings.pending_for
    if pending is None or not 0 <= time.time() - pending["time"] < lifetime:
        session.pop(PENDING, None)
        raise NoPendingLoginError(
            "Nobody is logging in here. Begin with the first step."
        )
    user = get_manager().user_callback(pending["user"])
    # A changed password or a locked account ends what has begun before it.
    if user is None or epoch_of(user) != pending["epoch"] or find_refusal(user):
        session.pop(PENDING, None)
        raise NoPendingLoginError(
            "Nobody is logging in here. Begin with the first step."
        )
    return user


def finish_second_step(method: str, *, sets_up: bool = False) -> LoginOutcome:
    """Complete the login that waits, after its second factor `method` was right."""
    user = get_pending_user(sets_up=sets_up)
    pending = session[PENDING]
    if method in pending["methods"]:
        raise NoPendingLoginError(f"{method} was the first step already.")
    _enter(user, [*pending["methods"], method], remember=pending["remember"])
    return LoginOutcome(is_logged_in=True)


def has_shown_factor(user: Any) -> bool:
    """Return whether the second factor was shown in this session, if there is one."""
    factors = list_factors_of(get_current_app(), user.get_id())
    shown = set(session.get("_auth_methods", ()))
    accepted = {factor.name for factor in factors} | WHOLE | SPARE
    return not factors or not shown.isdisjoint(accepted)


def find_refusal(user: Any) -> str:
    """Return why this user may not log in: `locked`, `unconfirmed`, or nothing."""
    if not user.is_active:
        return "locked"
    state = auth_state.find(get_current_app())
    needs_confirmation = state is not None and state.settings.confirm_email
    if needs_confirmation and getattr(user, "email_confirmed_at", "") is None:
        return "unconfirmed"
    return ""


def login_user(
    user: Any,
    remember: bool = False,
    duration: timedelta | None = None,
    force: bool = False,
    fresh: bool = True,
) -> bool:
    """Log a user in; return False for one who is not active, unless `force` is true.

    The session gets another id and another CSRF token.
    """
    if not force and not user.is_active:
        return False
    manager = get_manager()
    user_id = getattr(user, manager.id_attribute)()
    before = session.get("_user_id")
    if before is not None and before != user_id:
        # What somebody else has left in this browser belongs to that person.
        session.clear()
    session.pop(PENDING, None)
    session.pop(NEW_APP, None)
    session["_user_id"] = user_id
    session["_fresh"] = fresh
    session["_id"] = manager._session_identifier_generator()
    session["_auth_epoch"] = epoch_of(user)
    session["_auth_time"] = time.time()
    begin_device(user_id)
    _set_remember(remember=remember, duration=duration)
    change_session_id()
    manager._update_request_context_with_user(user)
    user_logged_in.send(get_current_app(), user=get_user())
    return True


def logout_user() -> bool:
    """Log the user out: what the session holds is deleted, a waiting login too.

    Without the battery `sessions` this ends the logins on all devices, and commits.
    """
    app, user = get_current_app(), get_user()
    remembered = request.cookies.get(remember_name(app))
    forget_device(user)
    session.clear()
    if remembered is not None:
        end_remembered(app, remembered)
        session["_remember"] = "clear"
    _end_copies(user)
    user_logged_out.send(get_current_app(), user=user)
    get_manager()._update_request_context_with_user()
    return True


def _end_copies(user: Any) -> None:
    """End every session of the user where nobody else can end a single one.

    A copy of the cookie of Flask's own sessions would stay a login for a month.
    """
    app = get_current_app()
    state = auth_state.find(app)
    if state is None or not user.is_authenticated or not isinstance(user, UserModel):
        return
    if "sessions" not in registry_of(app).installed and not has_bearer():
        user.end_sessions()
        state.db.session.commit()


def confirm_login(*methods: str) -> None:
    """Mark the login as fresh, after the user has shown a factor again.

    `methods` are the factors that were shown, such as `password` and `totp`.
    """
    shown = [*session.get("_auth_methods", ()), *methods]
    session["_auth_methods"] = list(dict.fromkeys(shown))
    session["_fresh"] = True
    session["_id"] = get_manager()._session_identifier_generator()
    session["_auth_time"] = time.time()
    change_session_id()
    user_login_confirmed.send(get_current_app())


def login_fresh() -> bool:
    """Return whether somebody has shown a factor in this session."""
    return bool(session.get("_fresh", False))


def renew_session(user: Any) -> None:
    """Keep this session when the epoch of its user has changed."""
    session["_auth_epoch"] = epoch_of(user)
    change_session_id()


def _enter(user: Any, methods: list[str], *, remember: bool) -> None:
    login_user(user, remember=remember)
    session["_auth_methods"] = methods


def _date_back(authenticated_at: float | None) -> None:
    """Make a login only as fresh as the one elsewhere on which it stands."""
    if authenticated_at is not None:
        session["_auth_time"] = min(session["_auth_time"], authenticated_at)


def _set_remember(*, remember: bool, duration: timedelta | None) -> None:
    session.pop("_remember_seconds", None)
    if not remember:
        return
    session["_remember"] = "set"
    if duration is not None:
        if not isinstance(duration, timedelta):
            msg = f"duration must be a datetime.timedelta, got {duration!r}."
            raise TypeError(msg)
        session["_remember_seconds"] = duration.total_seconds()


def _forget() -> None:
    for key in SESSION_KEYS:
        session.pop(key, None)
