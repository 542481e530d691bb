"""Find, create and change accounts; everything that is not a page."""

import time
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from carboy.translation import gettext as _

from .api_tokens import MINI_PROGRAM, ApiTokens
from .app_state import AuthState
from .credential_tables import delete_credentials, delete_factors
from .factors import list_factors_of
from .passwords import PasswordRules, WeakPasswordError
from .second_factors import TrustedBrowsers
from .user_model import normalize_email, normalize_username


def find_user(state: AuthState, login: str) -> Any:
    """Return the user with this address of mail or this user name, or None."""
    if "@" in login:
        return find_by_email(state, login)
    model: Any = state.model
    name = normalize_username(login)
    return _find(state, model.username, name)


def find_by_email(state: AuthState, email: str) -> Any:
    """Return the user with this address of mail, or None."""
    model: Any = state.model
    return _find(state, model.email, normalize_email(email))


def _find(state: AuthState, column: Any, value: str) -> Any:
    # Databases refuse these texts, so they are in no column.
    if "\0" in value or value.encode(errors="replace").decode() != value:
        return None
    query = sa.select(state.model).where(column == value)
    user = state.db.session().execute(query).scalar_one_or_none()
    # Some databases ignore accents: each spelling would have limits of its own.
    return user if user is not None and getattr(user, column.key) == value else None


def find_by_id(state: AuthState, user_id: str) -> Any:
    """Return the user with this id as it stands in a session, also a locked one."""
    try:
        key = state.model.__mapper__.primary_key[0].type.python_type(user_id)
    except (ValueError, TypeError):
        return None
    return state.db.session().get(state.model, key)


def load_user(state: AuthState, user_id: str) -> Any:
    """Return the user with this id as it stands in a session; None for a locked one."""
    user = find_by_id(state, user_id)
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
    check_new_password(state, user, password)
    user.password_hash = state.hasher.hash(password)
    end_sessions(state, user)


def check_new_password(state: AuthState, user: Any, password: str) -> None:
    """Raise `WeakPasswordError` for a password that this user must not have."""
    # A factor that nobody has proven to be the owner's is none.
    is_proven = user.id is not None and user.email_confirmed_at is not None
    rules_of(state).check(
        password,
        words_of(user),
        has_second_factor=is_proven and bool(list_factors_of(state.app, user.get_id())),
    )
    # Last: it may ask another service.
    if state.breaches is not None and state.breaches.is_breached(password):
        raise WeakPasswordError(
            _("This password is known from a breach of another site. Use another.")
        )


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
    local, _at, domain = (user.email or "").partition("@")
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


def prove_email(state: AuthState, user: Any) -> None:
    """Confirm the address of a user who has just read a mail there.

    If nobody had before, what the account has may be that of a stranger who made it:
    its password and other ways in are removed, and its sessions end.
    """
    if user.email_confirmed_at is None:
        delete_credentials(state.db.session(), user.get_id())
        user.password_hash = None
        end_sessions(state, user)
    confirm_email(user)


def reset_factors(state: AuthState, user: Any) -> None:
    """Remove the second factors, recovery codes and passkeys of a user.

    For somebody who has lost them. Sessions and trust in browsers end too.
    """
    session, user_id = state.db.session(), user.get_id()
    delete_factors(session, user_id)
    end_sessions(state, user)


def lock(state: AuthState, user: Any) -> None:
    """Lock an account: its sessions end with the next commit."""
    user.locked_at = datetime.now(UTC)
    end_sessions(state, user)


def unlock(user: Any) -> None:
    """Unlock an account."""
    user.locked_at = None
