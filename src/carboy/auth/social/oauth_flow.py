"""The way to a provider and back: state, PKCE, nonce, and one use of each."""

import hmac
import secrets
from collections.abc import Callable, Mapping

import msgspec

from carboy.stores import Store
from carboy.translation import gettext as _

from .errors import SocialLoginError
from .identities import Identity
from .provider_clients import ProviderClient, make_client
from .providers import Provider

LIFETIME = 600


class _Started(msgspec.Struct, frozen=True):
    """What is remembered of a login that was sent to a provider."""

    provider: str
    client_id: str
    verifier: str
    nonce: str
    browser: str
    redirect_uri: str
    # The user who links an identity, or nothing for a login.
    user_id: str
    target: str


class Flow:
    """Sends visitors to providers, and identifies those who come back.

    `store` holds what was started, so that each answer works once; `browser` is a
    random value of the visitor's session, so that it works nowhere else.
    """

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def start(
        self,
        provider: Provider,
        redirect_uri: str,
        *,
        browser: str,
        user_id: str = "",
        target: str = "/",
        max_age: int | None = None,
    ) -> str:
        """Return the address of the provider's page.

        `max_age`: who has logged in there longer ago is asked again, if it can do so.
        """
        # WeChat takes letters and digits only.
        state = secrets.token_hex(24)
        started = _Started(
            provider=provider.name,
            client_id=provider.client_id,
            verifier=secrets.token_urlsafe(48),
            nonce=secrets.token_urlsafe(24),
            browser=browser,
            redirect_uri=redirect_uri,
            user_id=user_id,
            target=target,
        )
        self._store.set(_key(state), msgspec.json.encode(started), LIFETIME)
        with make_client(provider, self._clock) as client:
            return client.make_url(
                redirect_uri, state, started.verifier, started.nonce, max_age=max_age
            )

    def finish(
        self, provider: Provider, answer: Mapping[str, str], *, browser: str
    ) -> tuple[Identity, str, str]:
        """Return who came back, the user who links it or "", and where to go."""
        started = self._use(answer.get("state", ""), provider, browser)
        if error := answer.get("error"):
            if error == "access_denied":
                raise SocialLoginError(_("You did not allow the login."))
            raise SocialLoginError(_("The provider refused the login."))
        # RFC 9207: an answer of another provider than the one asked.
        issuer = answer.get("iss")
        if issuer is not None and issuer.rstrip("/") != provider.base_url:
            raise _not_accepted()
        code = answer.get("code", "")
        if not code:
            raise _not_accepted()
        with make_client(provider, self._clock) as client:
            identity = _identify(client, code, started)
        return identity, started.user_id, started.target

    def _use(self, state: str, provider: Provider, browser: str) -> _Started:
        key = _key(state)
        content = self._store.get(key) if state else None
        if content is None:
            raise _not_accepted()
        started = msgspec.json.decode(content, type=_Started)
        is_ours = browser and hmac.compare_digest(started.browser, browser)
        # The state of somebody else stays usable for that person.
        if not is_ours or not self._store.delete(key):
            raise _not_accepted()
        asked = (started.provider, started.client_id)
        if asked != (provider.name, provider.client_id):
            raise _not_accepted()
        return started


def _identify(client: ProviderClient, code: str, started: _Started) -> Identity:
    identity = client.identify(
        code, started.redirect_uri, started.verifier, started.nonce
    )
    if not identity.subject:
        raise _not_accepted()
    return identity


def _key(state: str) -> str:
    return f"oauth:{state}"


def _not_accepted() -> SocialLoginError:
    return SocialLoginError(
        _("This login was not started here, or took too long. Start it again.")
    )
