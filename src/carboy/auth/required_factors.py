"""Whom the site requires to have a second factor, and whether a login shows one.

The login itself sends such people to the page that sets the factor up.
"""

from collections.abc import Collection
from typing import Any

from .access import roles_of
from .app_state import AuthState
from .factors import list_factors, list_factors_of

EVERYBODY = "*"
# A passkey has verified its owner itself: it is two factors in one.
WHOLE = frozenset({"passkey"})
# Methods of a second step that belong to no factor of their own.
SPARE = frozenset({"recovery_code"})
# Methods for which a factor was shown before, or elsewhere.
TRUSTED_BROWSER, PROVIDER_FACTOR = "trusted_browser", "provider_factor"
_VOUCHED = frozenset({TRUSTED_BROWSER, PROVIDER_FACTOR})


def needs_second_factor(state: AuthState, user: Any) -> bool:
    """Return whether the site requires this user to have a second factor."""
    names = state.settings.second_factor_for
    if state.needs_factor is not None and state.needs_factor(user):
        return True
    if EVERYBODY in names:
        return True
    return bool(names) and not roles_of(user).isdisjoint(names)


def has_second_factor(state: AuthState, user: Any) -> bool:
    """Return whether a user has set a second factor up."""
    return bool(list_factors_of(state.app, user.get_id()))


def is_missing_factor(state: AuthState, user: Any) -> bool:
    """Return whether a user has to set a second factor up first."""
    return needs_second_factor(state, user) and not has_second_factor(state, user)


def is_admitted(
    state: AuthState, user: Any, methods: Collection[str] | None = None
) -> bool:
    """Return whether a login with these methods is enough for this user.

    Without methods it is a remembered login, a token, or one that the site has made
    with `login_user`: the user must have a factor, with which it began.
    """
    if not needs_second_factor(state, user):
        return True
    if methods is None:
        return has_second_factor(state, user)
    names = {factor.name for factor in list_factors(state.app)}
    return not (names | WHOLE | SPARE | _VOUCHED).isdisjoint(methods)
