"""The providers that are offered to a visitor, and the way to one and back."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec
from flask import abort, request, session, url_for

from carboy.auth.app_state import AuthState, auth_state
from carboy.auth.current_user import current_user
from carboy.auth.social import Flow, Identities, Identity, Provider
from carboy.site import wants_json
from carboy.translation import gettext as _

from .answers import done, show

_BROWSER = "_auth_browser"
_WAITING = "_auth_social"


def list_providers() -> list[Provider]:
    """List the providers that work in this browser, in the order of their buttons."""
    return [each for each in auth_state.current().providers if _works_here(each)]


def get_provider(name: str) -> Provider:
    """Return the provider with this name for this browser, or answer 404."""
    named = [each for each in list_providers() if each.name == name]
    if not named:
        abort(404, _("This site has no login with %(name)s.", name=name))
    return named[0]


def identities_of(state: AuthState) -> Identities:
    """Return the linked identities of the site."""
    return Identities(state.db.session(), time.time)


def send_to_provider(
    state: AuthState, provider: Provider, *, user_id: str = "", target: str = ""
) -> Any:
    """Lead the visitor to the provider's page.

    By a page of its own: a policy of this site lets no form lead to another one.
    """
    browser = session.get(_BROWSER) or secrets.token_urlsafe(16)
    session[_BROWSER] = browser
    url = Flow(state.store, time.time).start(
        provider,
        _callback_url(provider),
        browser=browser,
        user_id=user_id,
        target=target,
        # Somebody who is logged in shows again who it is.
        max_age=state.settings.fresh_for if current_user.is_authenticated else None,
    )
    if wants_json():
        return done("", url)
    title = _("Continue to %(provider)s", provider=provider.title)
    return show("auth/leave.html", {"url": url, "title": title})


def receive(
    state: AuthState, provider: Provider, answer: Mapping[str, str]
) -> tuple[Identity, str, str]:
    """Return who has come back, the user who links that or "", and where to go."""
    return Flow(state.store, time.time).finish(
        provider, answer, browser=session.get(_BROWSER, "")
    )


def keep_identity(state: AuthState, identity: Identity, target: str) -> None:
    """Remember who has come back, until the address of mail is confirmed."""
    nonce = secrets.token_urlsafe(16)
    session[_WAITING] = nonce
    content = msgspec.json.encode([asdict(identity), target])
    state.store.set(f"social:{nonce}", content, state.settings.token_lifetime)


def find_kept_identity(state: AuthState) -> tuple[Identity, str] | None:
    """Return who signs up in this browser, and where to go then."""
    nonce = session.get(_WAITING)
    content = state.store.get(f"social:{nonce}") if nonce else None
    if content is None:
        return None
    return msgspec.json.decode(content, type=tuple[Identity, str])


def forget_identity(state: AuthState) -> bool:
    """Forget who signs up; of two requests at once, one returns true."""
    return state.store.delete(f"social:{session.pop(_WAITING, '')}")


def _callback_url(provider: Provider) -> str:
    return url_for("auth.social_callback", name=provider.name, _external=True)


def _works_here(provider: Provider) -> bool:
    if provider.kind != "wechat":
        return True
    # WeChat's own browser shows no QR code, and others have no login inside of it.
    is_wechat = "MicroMessenger" in request.headers.get("User-Agent", "")
    return provider.is_in_app is is_wechat
