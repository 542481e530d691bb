"""The login of a WeChat mini program: its code for an API token."""

import time
from collections.abc import Mapping
from typing import Any

from flask import jsonify, request

from carboy.auth.accounts import load_user
from carboy.auth.api_tokens import MINI_PROGRAM, ApiTokens
from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.errors import ThrottledError
from carboy.auth.events import record_event
from carboy.auth.factors import list_factors_of
from carboy.auth.login import find_refusal
from carboy.auth.required_factors import needs_second_factor
from carboy.auth.social import (
    Provider,
    SocialLoginError,
    identify_mini_program,
    link_identity,
)
from carboy.auth.throttles import CountedAttempt
from carboy.errors import RefusedError, UnavailableError
from carboy.translation import gettext as _

from .answers import no_store
from .attempts import take_attempt
from .providers import identities_of


def make_mini_program_view(provider: Provider) -> Any:
    """Return the view for one mini program."""

    def do_mini_program_login() -> Any:
        """Log in with the code of `wx.login`; the answer has a token."""
        state = auth_state.current()
        try:
            return no_store(jsonify(_log_in(state, provider)))
        except (SocialLoginError, ThrottledError) as error:
            return _refuse(error, error.status)
        except UnavailableError as error:
            state.app.logger.warning("%s", error)
            return _refuse(error, 503)

    return do_mini_program_login


def _log_in(state: AuthState, provider: Provider) -> dict[str, Any]:
    sent: Any = request.get_json(silent=True) if request.is_json else request.form
    code = sent.get("code") if isinstance(sent, Mapping) else None
    if not isinstance(code, str) or not code:
        raise SocialLoginError(_("Send the code of wx.login."))
    attempt = take_code_attempt(state)
    identity = identify_mini_program(provider, code, time.time)
    if attempt is not None:
        attempt.give_back()
    identities = identities_of(state)
    user = load_user(state, identities.find_owner(identity) or "")
    if user is None or find_refusal(user):
        raise SocialLoginError(
            _("No account here uses this WeChat. Link it on the web page of the site.")
        )
    # Nor can it set up one that the site requires.
    if list_factors_of(state.app, user.get_id()) or needs_second_factor(state, user):
        raise SocialLoginError(
            _("This account has a two-step login, which the mini program cannot ask.")
        )
    link_identity(identities, user.get_id(), identity)
    token = _make_token(state, user)
    record_event(user, "login")
    state.db.session.commit()
    return {"token": token, "name": user.display_name}


def take_code_attempt(state: AuthState) -> CountedAttempt | None:
    """Count a code, as each is asked for at WeChat: strangers must not use its quota.

    Only the address has a limit: a few strangers must not use up that of all people.
    """
    return take_attempt(state, "login", f"mini program {request.remote_addr}")


def _make_token(state: AuthState, user: Any) -> str:
    tokens = ApiTokens(state.db.session(), time.time)
    tokens.revoke_named(user.get_id(), MINI_PROGRAM)
    lifetime = state.settings.remember_duration.total_seconds()
    made = tokens.create(user.get_id(), MINI_PROGRAM, ["*"], lifetime=lifetime)
    return made.text


def _refuse(error: RefusedError | UnavailableError, status: int) -> Any:
    return no_store(jsonify({"errors": {"": [str(error)]}}), status)
