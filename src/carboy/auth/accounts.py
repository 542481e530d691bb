"""Find, create and change accounts; everything that is not a page."""

import time
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from .api_tokens import MINI_PROGRAM, ApiTokens
from .app_state import AuthState
from .factors import list_factors_of
from .passwords import PasswordRules
from .second_factors import TrustedBrowsers
from .user_model import normalize_email, normalize_username


def find_user(state: AuthState, login: str) -> Any:
    """Return the user with this address of mail or this user name, or None."""
    if "@" in login:
        return find_by_email(state, login)
    model: Any = state.model
    query = sa.select(model).where(model.username == normalize_username(login))
    return state.db.session().execute(query).scalar_one_or_none()


def find_by_email(state: AuthState, email: str) -> Any:
    """Return the user with this address of mail, or None."""
    model: Any = state.model
    query = sa.select(model).where(model.email == normalize_email(email))
    return state.db.session().execute(query).scalar_one_or_none()


def load_user(state: AuthState, user_id: str) -> Any:
    """Return the user with this id as it stands in a session; None for a locked one."""
    try:
        key = state.model.__mapper__.primary_key[0].type.python_type(user_id)
    except (ValueError, TypeError):
        return None
    user: Any = state.db.session().get(state.model, key)
    return user if user is not None and user.is_active else None


def check_password(state: AuthState, user: Any, password: str) -> bool:
    """Return whether the password is right; a user who is None takes as long.

    A hash of another kind, or one of older settings, is replaced.
    """
    stored = user.password_hash if user is not None else None
    if not state.hasher.verify(stored, password) or stored is None:
        return False
    if state.hasher.needs_rehash(stored):
        user.password_hash = state.hasher.hash(password)
    return True


def set_password(state: AuthState, user: Any, password: str) -> None:
    """Check a new password, store its hash, and end all sessions of the user."""
    rules_of(state).check(
        password,
        words_of(user),
        has_second_factor=user.id is not None
        and bool(list_factors_of(state.app, user.get_id())),
    )
    user.password_hash = state.hasher.hash(password)
    end_sessions(state, user)


def end_sessions(state: AuthState, user: Any) -> None:
    """End every session, remembered login and trust of a user with the next commit."""
    user.end_sessions()
    if user.id is not None:
        session = state.db.session()
        TrustedBrowsers(session, time.time).forget_all(user.get_id())
        # The session of a mini program is a token.
        ApiTokens(session, time.time).revoke_named(user.get_id(), MINI_PROGRAM)


def rules_of(state: AuthState) -> PasswordRules:
    """Return the rules that the settings describe."""
    settings = state.settings
    site = str(state.app.config.get("SITE_NAME") or "")
    words = (*settings.blocked_words, *site.split(), state.app.name)
    return PasswordRules(settings.password_min, settings.password_min_second, words)


def words_of(user: Any) -> list[str]:
    """List the words that others know of a user."""
    local, _, domain = (user.email or "").partition("@")
    name = user.name or ""
    return [user.email or "", local, domain, user.username or "", name, *name.split()]


def create_user(
    state: AuthState, email: str, password: str | None, **values: Any
) -> Any:
    """Add a user to the session; `values` are further columns."""
    user = state.model(email=email, **values)
    if password is not None:
        set_password(state, user, password)
    state.db.session().add(user)
    return user


def confirm_email(user: Any) -> None:
    """Mark the address of a user as confirmed."""
    user.email_confirmed_at = datetime.now(UTC)


def lock(state: AuthState, user: Any) -> None:
    """Lock an account: its sessions end with the next commit."""
    user.locked_at = datetime.now(UTC)
    end_sessions(state, user)


def unlock(user: Any) -> None:
    """Unlock an account."""
    user.locked_at = None
