"""The links that mails of accounts have, one purpose for each."""

from typing import Any

from flask import url_for

from carboy.auth.app_state import AuthState
from carboy.auth.one_time_tokens import OneTimeTokens
from carboy.auth.remember_cookie import signing_keys

from .mails import send_mail


def tokens_for(state: AuthState, purpose: str) -> OneTimeTokens:
    """Return the tokens of one purpose."""
    return OneTimeTokens(
        signing_keys(state.app), purpose, state.settings.token_lifetime, state.store
    )


def send_confirmation(state: AuthState, user: Any) -> None:
    """Send the link that confirms the address of an account."""
    token = tokens_for(state, "confirm").make(user.get_id(), user.email)
    link = make_link("auth.confirm", token=token)
    send_mail("confirm", user.email, link=link, user=user)


def make_link(endpoint: str, **values: str) -> str:
    """Return the address of a page for a mail, on SERVER_NAME where it is set.

    Without it the Host header decides, which TRUSTED_HOSTS limits.
    """
    return url_for(endpoint, **values, _external=True)


def email_state(user: Any) -> str:
    """Return what a new address replaces; who has lost the account changes nothing."""
    return f"{user.email}|{password_state(user)}"


def password_state(user: Any) -> str:
    """Return what a new password replaces: a link is void once that has changed."""
    return "" if user is None else f"{user.password_hash}|{user.auth_epoch}"
