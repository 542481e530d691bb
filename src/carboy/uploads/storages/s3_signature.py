"""AWS Signature Version 4: of requests, of URLs, and of policies for browser forms.

It is ours because the few hundred lines of clients that would sign for us come with
sessions, retries and file handling that this battery has already; the tests hold it
against the examples of the documentation of AWS.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"
_SERVICE = "s3"
_UNSIGNED = "UNSIGNED-PAYLOAD"

Pairs = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key; its secret parts are not shown."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SignedTarget:
    """What a request asks for; `path` is percent-encoded already by `encode_path`."""

    method: str
    path: str
    query: Pairs


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one region."""

    credentials: Credentials
    region: str

    def sign_request(
        self, target: SignedTarget, headers: Pairs, payload_sha256: str, now: datetime
    ) -> dict[str, str]:
        """Return the headers with the signature; they must include `host`."""
        signed = {name.lower(): value.strip() for name, value in headers.items()}
        signed["x-amz-date"] = _format_time(now)
        signed["x-amz-content-sha256"] = payload_sha256
        if self.credentials.session_token:
            signed["x-amz-security-token"] = self.credentials.session_token
        signature = self._sign(_canonical(target, signed, payload_sha256), now)
        names = ";".join(sorted(signed))
        signed["authorization"] = (
            f"{_ALGORITHM} Credential={self._make_credential(now)},"
            f"SignedHeaders={names},Signature={signature}"
        )
        return signed

    def sign_url(
        self, target: SignedTarget, host: str, expires: int, now: datetime
    ) -> str:
        """Return the query string of a URL that is valid for `expires` seconds."""
        query = {
            **target.query,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": self._make_credential(now),
            "X-Amz-Date": _format_time(now),
            "X-Amz-Expires": str(expires),
            "X-Amz-SignedHeaders": "host",
        }
        if self.credentials.session_token:
            query["X-Amz-Security-Token"] = self.credentials.session_token
        canonical = _canonical(replace(target, query=query), {"host": host}, _UNSIGNED)
        signature = self._sign(canonical, now)
        return f"{encode_query(query)}&X-Amz-Signature={signature}"

    def sign_policy(
        self, conditions: list[object], fields: Pairs, expires: int, now: datetime
    ) -> dict[str, str]:
        """Return the fields of a form that may be posted for `expires` seconds.

        Each field becomes a condition of the policy, beside `conditions`.
        """
        all_fields = {
            **fields,
            "x-amz-algorithm": _ALGORITHM,
            "x-amz-credential": self._make_credential(now),
            "x-amz-date": _format_time(now),
        }
        if self.credentials.session_token:
            all_fields["x-amz-security-token"] = self.credentials.session_token
        end = now + timedelta(seconds=expires)
        document = {
            "expiration": end.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "conditions": [
                *conditions,
                *({name: value} for name, value in all_fields.items()),
            ],
        }
        policy = base64.b64encode(json.dumps(document).encode()).decode()
        signature = self.sign_text(policy, now)
        return {**all_fields, "policy": policy, "x-amz-signature": signature}

    def sign_text(self, text: str, now: datetime) -> str:
        """Return the signature of a text, in hexadecimal digits."""
        return _hmac(self._make_key(now), text).hex()

    def _sign(self, canonical: str, now: datetime) -> str:
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        scope = self._make_scope(now)
        return self.sign_text(
            f"{_ALGORITHM}\n{_format_time(now)}\n{scope}\n{digest}", now
        )

    def _make_scope(self, now: datetime) -> str:
        return f"{now:%Y%m%d}/{self.region}/{_SERVICE}/aws4_request"

    def _make_credential(self, now: datetime) -> str:
        return f"{self.credentials.access_key}/{self._make_scope(now)}"

    def _make_key(self, now: datetime) -> bytes:
        key = f"AWS4{self.credentials.secret_key}".encode()
        for part in (f"{now:%Y%m%d}", self.region, _SERVICE, "aws4_request"):
            key = _hmac(key, part)
        return key


def encode_path(path: str) -> str:
    """Return a path as it is signed and sent."""
    return quote(path, safe="/-._~")


def encode_query(query: Pairs) -> str:
    """Return a query string as it is signed and sent."""
    encoded = sorted((_quote(name), _quote(value)) for name, value in query.items())
    return "&".join(f"{name}={value}" for name, value in encoded)


def _canonical(target: SignedTarget, headers: Pairs, payload_sha256: str) -> str:
    names = sorted(headers)
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    return (
        f"{target.method}\n{target.path}\n{encode_query(target.query)}\n{lines}\n"
        f"{';'.join(names)}\n{payload_sha256}"
    )


def _quote(text: str) -> str:
    return quote(text, safe="-._~")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _format_time(now: datetime) -> str:
    return now.strftime("%Y%m%dT%H%M%SZ")
