"""One client for each kind of provider: its addresses, and who an answer is about."""

import base64
import hashlib
import re
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, Self
from urllib.parse import urlencode

from carboy.errors import UnavailableError
from carboy.translation import gettext as _

from .errors import SocialLoginError
from .identities import Identity
from .providers import Provider
from .ssl_context import get_ssl_context

_SUBJECT = re.compile(r"[\x21-\x7e]{1,180}")
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
# Clocks of two servers differ a little.
_LEEWAY = 60


class ProviderClient(Protocol):
    """What a login needs of a provider."""

    def make_url(
        self,
        redirect_uri: str,
        state: str,
        verifier: str,
        nonce: str,
        *,
        max_age: int | None = None,
    ) -> str:
        """Return the address of the page that asks the visitor.

        `max_age`: how many seconds ago the visitor may have logged in there.
        """

    def identify(
        self, code: str, redirect_uri: str, verifier: str, nonce: str
    ) -> Identity:
        """Exchange a code, and return who it is about."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...


def make_client(provider: Provider, clock: Callable[[], float]) -> ProviderClient:
    """Return the client for a provider's kind."""
    kinds: dict[str, type[_Client]] = {
        "oidc": _OidcClient,
        "github": _GithubClient,
        "wechat": _WechatClient,
    }
    return kinds[provider.kind](provider, clock)


def identify_mini_program(
    provider: Provider, code: str, clock: Callable[[], float]
) -> Identity:
    """Return who a mini program's `wx.login` code is about (`code2session`)."""
    with _WechatClient(provider, clock) as client:
        return client.identify_mini_program(code)


class _Client(ABC):
    """An HTTP client with a short time-out that follows no redirects."""

    def __init__(self, provider: Provider, clock: Callable[[], float]) -> None:
        from authlib.deprecate import AuthlibDeprecationWarning

        with warnings.catch_warnings():
            # Authlib 1.9 prefers a successor of httpx, and works with both.
            warnings.simplefilter("ignore", AuthlibDeprecationWarning)
            from authlib.integrations.httpx_client import OAuth2Client

        self.provider = provider
        self._clock = clock
        method = "client_secret_post"
        self.http: Any = OAuth2Client(
            provider.client_id,
            provider.client_secret,
            scope=provider.scope,
            token_endpoint_auth_method=method,
            code_challenge_method="S256",
            timeout=8,
            follow_redirects=False,
            # Proxies of the environment see no secrets of the site.
            trust_env=False,
            verify=get_ssl_context(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    @abstractmethod
    def make_url(
        self,
        redirect_uri: str,
        state: str,
        verifier: str,
        nonce: str,
        *,
        max_age: int | None = None,
    ) -> str:
        """Return the address of the page that asks the visitor."""

    @abstractmethod
    def identify(
        self, code: str, redirect_uri: str, verifier: str, nonce: str
    ) -> Identity:
        """Exchange a code, and return who it is about."""

    def _get(self, url: str, **options: Any) -> Any:
        import httpx

        try:
            # Discovery and WeChat need none; Authlib refuses to go without one.
            withheld = not self.http.token
            response = self.http.request("GET", url, withhold_token=withheld, **options)
            response.raise_for_status()
            return response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise UnavailableError(
                f"{self.provider.title} did not answer at {url.partition('?')[0]}."
            ) from error

    def _fetch_token(self, url: str, code: str, uri: str, verifier: str) -> Any:
        import httpx
        from authlib.common.errors import AuthlibBaseError

        try:
            return self.http.fetch_token(
                url, code=code, redirect_uri=uri, code_verifier=verifier
            )
        except AuthlibBaseError as error:
            raise _refused() from error
        except (httpx.HTTPError, ValueError) as error:
            raise UnavailableError(f"{self.provider.title} did not answer.") from error

    def _make_url(self, page: str, values: dict[str, str], verifier: str) -> str:
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        query = values | {
            "client_id": self.provider.client_id,
            "response_type": "code",
            "scope": self.provider.scope,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{page}?{urlencode(query)}"


class _OidcClient(_Client):
    def _discover(self) -> dict[str, Any]:
        base = self.provider.base_url
        found: dict[str, Any] = self._get(f"{base}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != base:
            raise SocialLoginError(
                f"{base} describes another issuer: {found.get('issuer')!r}."
            )
        return found

    def make_url(
        self,
        redirect_uri: str,
        state: str,
        verifier: str,
        nonce: str,
        *,
        max_age: int | None = None,
    ) -> str:
        page = self._discover()["authorization_endpoint"]
        values = {"redirect_uri": redirect_uri, "state": state, "nonce": nonce}
        if max_age is not None:
            values["max_age"] = str(max_age)
        return self._make_url(page, values, verifier)

    def identify(
        self, code: str, redirect_uri: str, verifier: str, nonce: str
    ) -> Identity:
        found = self._discover()
        endpoint = found["token_endpoint"]
        token = self._fetch_token(endpoint, code, redirect_uri, verifier)
        claims = self._read_id_token(token.get("id_token"), found, nonce)
        identity = _make_identity(
            self.provider,
            # `sub` never changes; names and addresses do, and pass to other people.
            claims.get("sub"),
            email=claims.get("email"),
            is_confirmed=claims.get("email_verified") is True,
            name=claims.get("name"),
        )
        owns = identity.is_email_confirmed and self._is_hosted(claims)
        has_factor = _has_second_factor(self.provider, claims)
        return replace(
            identity,
            owns_email=owns,
            has_second_factor=has_factor,
            authenticated_at=_read_time(claims.get("auth_time")),
        )

    def _is_hosted(self, claims: dict[str, Any]) -> bool:
        """Return whether the provider owns the mailbox of the address."""
        match self.provider.email_authority:
            case "all":
                return True
            case "hosted":
                # Google: an address of Gmail, or of a domain that it hosts.
                email = str(claims.get("email", "")).lower()
                return email.endswith("@gmail.com") or bool(claims.get("hd"))
            case _:
                return False

    def _read_id_token(self, text: Any, found: dict[str, Any], nonce: str) -> Any:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        keys = KeySet.import_key_set(self._get(found["jwks_uri"]))
        required = jwt.JWTClaimsRegistry(
            now=int(self._clock()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": found["issuer"]},
            aud={"essential": True, "value": self.provider.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = jwt.decode(text, keys, algorithms=_ALGORITHMS).claims
            required.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise _refused() from error
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if several and claims.get("azp") != self.provider.client_id:
            raise _refused()
        return claims


class _GithubClient(_Client):
    def make_url(
        self,
        redirect_uri: str,
        state: str,
        verifier: str,
        nonce: str,
        *,
        max_age: int | None = None,
    ) -> str:
        del nonce, max_age
        page = f"{self.provider.base_url}/login/oauth/authorize"
        values = {"redirect_uri": redirect_uri, "state": state}
        return self._make_url(page, values, verifier)

    def identify(
        self, code: str, redirect_uri: str, verifier: str, nonce: str
    ) -> Identity:
        del nonce
        page = f"{self.provider.base_url}/login/oauth/access_token"
        self._fetch_token(page, code, redirect_uri, verifier)
        user = self._get(f"{self.provider.api_url}/user")
        emails = self._get(f"{self.provider.api_url}/user/emails")
        primary: dict[str, Any] = next(
            (each for each in emails if each.get("primary")), {}
        )
        return _make_identity(
            self.provider,
            # The login can be renamed and taken by somebody else.
            user.get("id"),
            email=primary.get("email"),
            is_confirmed=primary.get("verified") is True,
            name=user.get("name") or user.get("login"),
        )


class _WechatClient(_Client):
    def make_url(
        self,
        redirect_uri: str,
        state: str,
        verifier: str,
        nonce: str,
        *,
        max_age: int | None = None,
    ) -> str:
        # WeChat knows neither PKCE nor a nonce.
        del verifier, nonce, max_age
        in_app = self.provider.is_in_app
        page = "connect/oauth2/authorize" if in_app else "connect/qrconnect"
        query = {
            "appid": self.provider.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": self.provider.scope,
            "state": state,
        }
        return f"{self.provider.base_url}/{page}?{urlencode(query)}#wechat_redirect"

    def identify(
        self, code: str, redirect_uri: str, verifier: str, nonce: str
    ) -> Identity:
        del redirect_uri, verifier, nonce
        token = self._ask(
            "sns/oauth2/access_token",
            appid=self.provider.client_id,
            secret=self.provider.client_secret,
            code=code,
            grant_type="authorization_code",
        )
        person = self._ask(
            "sns/userinfo",
            access_token=token.get("access_token", ""),
            openid=token.get("openid", ""),
        )
        union = person.get("unionid") or token.get("unionid")
        return self._make(union, token.get("openid"), person.get("nickname"))

    def identify_mini_program(self, code: str) -> Identity:
        """Return who the code of a mini program is about; drop its session key."""
        answer = self._ask(
            "sns/jscode2session",
            appid=self.provider.client_id,
            secret=self.provider.client_secret,
            js_code=code,
            grant_type="authorization_code",
        )
        return self._make(answer.get("unionid"), answer.get("openid"), None)

    def _make(self, union: Any, openid: Any, name: Any) -> Identity:
        # An openid is another one in each application. Before a site joins its
        # applications on the open platform there is no unionid.
        own = f"{self.provider.client_id}:{openid}" if openid else None
        subject = f"unionid:{union}" if union else own
        return _make_identity(
            self.provider,
            subject,
            name=name,
            aliases=(own,) if own and union else (),
        )

    def _ask(self, path: str, **values: str) -> Any:
        answer = self._get(f"{self.provider.api_url}/{path}", params=values)
        if answer.get("errcode"):
            raise _refused()
        return answer


def _read_time(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None


def _has_second_factor(provider: Provider, claims: dict[str, Any]) -> bool:
    """Return whether a checked ID token says so in the words of the settings."""
    amr = claims.get("amr")
    said = [claims.get("acr"), *(amr if isinstance(amr, list) else ())]
    return any(each in provider.second_factor for each in said if isinstance(each, str))


def _make_identity(
    provider: Provider,
    subject: Any,
    *,
    email: Any = None,
    is_confirmed: bool = False,
    name: Any = None,
    aliases: tuple[str, ...] = (),
) -> Identity:
    text = str(subject) if isinstance(subject, str | int) else ""
    if not _SUBJECT.fullmatch(text):
        raise _refused()
    known = email if isinstance(email, str) and "@" in email else ""
    return Identity(
        provider.name,
        text,
        email=known,
        is_email_confirmed=bool(known) and is_confirmed,
        name=name if isinstance(name, str) else "",
        aliases=aliases,
    )


def _refused() -> SocialLoginError:
    return SocialLoginError(_("The provider did not confirm this login. Start again."))
