"""The passkeys of the site of this request, and the answers of authenticators."""

import json
import time
from typing import Any

from flask import Response, request

from carboy.auth.app_state import AuthState
from carboy.auth.remember_cookie import signing_keys
from carboy.auth.second_factors import (
    Challenges,
    Passkey,
    PasskeyError,
    PasskeyFactor,
    Passkeys,
    RelyingParty,
)
from carboy.translation import gettext as _

from .answers import no_store
from .attempts import take_attempt

_MAX_ANSWER = 20_000


def make_passkey_factor(state: AuthState) -> PasskeyFactor:
    """Return the passkeys as a factor of the site."""
    return PasskeyFactor(
        state.db.session,
        lambda: Challenges(signing_keys(state.app)[-1], state.store, time.time),
        lambda: get_party(state),
    )


def get_passkeys(state: AuthState) -> Passkeys:
    """Return the passkeys for the site of this request."""
    return make_passkey_factor(state).passkeys


def get_party(state: AuthState) -> RelyingParty:
    """Return the site as browsers see it: passkeys belong to its domain."""
    host = request.host.rpartition(":")[0] if ":" in request.host else request.host
    domain = state.settings.passkey_domain or host
    if host != domain and not host.endswith(f".{domain}"):
        raise PasskeyError(_("Passkeys do not work at this address of the site."))
    name = str(state.app.config.get("SITE_NAME") or state.app.name)
    return RelyingParty(domain, f"{request.scheme}://{request.host}", name)


def use_passkey(state: AuthState, form: Any, user_id: str | None = None) -> Passkey:
    """Return the passkey that has signed the answer of a form, or raise an error."""
    answer = read_answer(form)
    attempt = take_attempt(state, "login", f"passkey {get_credential_id(answer)}")
    passkey = get_passkeys(state).finish_login(answer, user_id)
    if attempt is not None:
        attempt.give_back()
    return passkey


def read_answer(form: Any) -> Any:
    """Return what the authenticator has answered: JSON in a field, or an object."""
    body = request.get_json(silent=True) if request.is_json else None
    sent = body.get("answer") if isinstance(body, dict) else form.answer.data
    if not isinstance(sent, str):
        return sent
    try:
        return json.loads(sent) if len(sent) <= _MAX_ANSWER else None
    except (ValueError, RecursionError):
        return None


def get_credential_id(answer: Any) -> str:
    """Return the id that an answer names, as it was sent."""
    named = answer.get("rawId") if isinstance(answer, dict) else None
    return named if isinstance(named, str) else ""


def send_options(options: str) -> Response:
    """Answer with options for the script, which no cache may keep."""
    return no_store(Response(options, mimetype="application/json"))
