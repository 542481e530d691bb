"""A provider of logins on 127.0.0.1: OpenID, GitHub and WeChat, for tests.

    with IdentityProvider() as provider:
        provider.person = Person(subject="7", email="ann@example.com")

It asks nobody: whoever opens its page comes back as `provider.person`.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID = "test-client"
CLIENT_SECRET = "test-secret"  # noqa: S105 - of a server for tests


@dataclass(slots=True)
class Person:
    """Somebody who has an account at the provider."""

    subject: str
    email: str = ""
    is_email_verified: bool = True
    name: str = ""
    # WeChat: the same person in all applications of one open platform account.
    unionid: str | None = None
    # OpenID: how this person has logged in there.
    acr: str | None = None
    amr: list[str] | None = None
    # OpenID: when; `max_age` of a site makes it now, if that was longer ago.
    auth_time: float | None = None


class IdentityProvider:
    """The server; `faults` names what it does wrong, for tests of refusals.

    Faults: `nonce`, `audience`, `issuer`, `expired`, `unsigned`, `key`, `down`,
    `max_age`.
    """

    def __init__(self) -> None:
        self.person = Person("1", "ann@example.com", name="Ann")
        self.faults: set[str] = set()
        # Paths that were asked for, in order.
        self.requests: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._people: dict[str, Person] = {}
        self._key: Any = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )

    @property
    def url(self) -> str:
        """The address, which is also the issuer."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def visit(self, url: str) -> dict[str, str]:
        """Act as the browser at the provider's page; return the answer's query."""
        location = self.authorize(_query(url))
        return _query(location)

    def make_mini_program_code(self) -> str:
        """Return what `wx.login` returns in a mini program."""
        return self._make_code({"client_id": CLIENT_ID})

    def authorize(self, query: dict[str, str]) -> str:
        """Return the address to which the visitor goes back."""
        code = self._make_code(query)
        answer = {"code": code, "state": query.get("state", "")}
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def answer(self, path: str, query: dict[str, str], token: str) -> tuple[int, Any]:
        """Return the status and the JSON of a request."""
        self.requests.append(path)
        if "down" in self.faults:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            return 200, self._discovery()
        if path == "/jwks":
            return 200, {"keys": [self._get_key().as_dict(private=False)]}
        if path in {"/token", "/login/oauth/access_token"}:
            return self._exchange(query)
        if path in {"/sns/oauth2/access_token", "/sns/jscode2session"}:
            return self._exchange_wechat(query)
        return self._describe(path, query.get("access_token") or token)

    def _describe(self, path: str, token: str) -> tuple[int, Any]:
        person = self._people.get(token)
        if person is None:
            return 401, {"error": "invalid_token"}
        if path == "/user":
            number = int(person.subject)
            return 200, {"id": number, "login": person.name, "name": person.name}
        if path == "/user/emails":
            entry = {"email": person.email, "primary": True}
            return 200, [entry | {"verified": person.is_email_verified}]
        if path == "/sns/userinfo":
            return 200, _without_none(
                openid=person.subject, nickname=person.name, unionid=person.unionid
            )
        return 404, {}

    def _discovery(self) -> dict[str, str]:
        url = self.url
        return {
            "issuer": "https://other.example" if "issuer" in self.faults else url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/jwks",
        }

    def _make_code(self, query: dict[str, str]) -> str:
        code = secrets.token_urlsafe(12)
        self._codes[code] = query
        return code

    def _exchange(self, query: dict[str, str]) -> tuple[int, Any]:
        """Exchange a code once, for the client and the verifier that began with it."""
        asked = self._codes.pop(query.get("code", ""), None)
        is_client = (query.get("client_id"), query.get("client_secret")) == (
            CLIENT_ID,
            CLIENT_SECRET,
        )
        digest = hashlib.sha256(query.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or not is_client
            or asked.get("code_challenge") != challenge
            or asked.get("redirect_uri") != query.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        token = self._make_token()
        values = {"access_token": token, "token_type": "bearer", "expires_in": 600}
        if "openid" in asked.get("scope", "").split():
            self._log_in_again(asked.get("max_age"))
            values["id_token"] = self._make_id_token(asked.get("nonce", ""))
        return 200, values

    def _exchange_wechat(self, query: dict[str, str]) -> tuple[int, Any]:
        code = query.get("code") or query.get("js_code", "")
        is_known = self._codes.pop(code, None) is not None
        if not is_known or query.get("secret") != CLIENT_SECRET:
            return 200, {"errcode": 40029, "errmsg": "invalid code"}
        return 200, _without_none(
            access_token=self._make_token(),
            openid=self.person.subject,
            unionid=self.person.unionid,
        )

    def _make_token(self) -> str:
        token = secrets.token_urlsafe(12)
        self._people[token] = self.person
        return token

    def _log_in_again(self, max_age: str | None) -> None:
        person, now = self.person, time.time()
        if max_age is None or person.auth_time is None or "max_age" in self.faults:
            return
        if now - person.auth_time > int(max_age):
            person.auth_time = now

    def _make_id_token(self, nonce: str) -> str:
        from joserfc import jwt
        from joserfc.jwk import RSAKey

        now = int(time.time()) - (7200 if "expired" in self.faults else 0)
        claims = {
            "iss": self.url,
            "sub": self.person.subject,
            "aud": "another-app" if "audience" in self.faults else CLIENT_ID,
            "iat": now,
            "exp": now + 600,
            "nonce": "another" if "nonce" in self.faults else nonce,
            "email": self.person.email,
            "email_verified": self.person.is_email_verified,
            "name": self.person.name,
            **_without_none(
                acr=self.person.acr,
                amr=self.person.amr,
                auth_time=self.person.auth_time,
            ),
        }
        if "unsigned" in self.faults:
            return f"{_encode({'alg': 'none'})}.{_encode(claims)}."
        key = RSAKey.generate_key(2048) if "key" in self.faults else self._get_key()
        header = {"alg": "RS256", "kid": self._get_key().kid}
        text: str = jwt.encode(header, claims, key)
        return text

    def _get_key(self) -> Any:
        from joserfc.jwk import RSAKey

        if self._key is None:
            self._key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
        return self._key


def _make_handler(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            query = _query(self.path)
            pages = {"/authorize", "/login/oauth/authorize"}
            if path in pages or path.startswith("/connect/"):
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.end_headers()
                return
            self._answer(path, query)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length).decode()
            self._answer(urlsplit(self.path).path, _query(f"?{body}"))

        def _answer(self, path: str, query: dict[str, str]) -> None:
            token = self.headers.get("Authorization", "").partition(" ")[2]
            status, content = provider.answer(path, query, token)
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Write nothing."""

    return Handler


def _query(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


def _encode(value: Any) -> str:
    content = base64.urlsafe_b64encode(json.dumps(value).encode())
    return content.rstrip(b"=").decode()


def _without_none(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
