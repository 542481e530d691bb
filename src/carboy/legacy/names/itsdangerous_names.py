"""`TimedJSONWebSignatureSerializer` of itsdangerous 1: signed tokens that expire."""

import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

from itsdangerous import BadData, BadHeader, BadSignature, SignatureExpired, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import HMACAlgorithm, SigningAlgorithm

from carboy.legacy.rows import Row, rows_of

_HERE = "carboy.legacy.names.itsdangerous_names"
_DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
_HOUR = 3600


class DecodableStr(str):
    """A text with the method `decode`, as the bytes had that it was."""

    __slots__ = ()

    def decode(self, _encoding: str = "utf-8", _errors: str = "strict") -> str:
        """Return the text."""
        return str(self)


class JSONWebSignatureSerializer:
    """Writes values as signed tokens: header, value and signature."""

    default_algorithm = "HS512"

    def __init__(
        self,
        secret_key: str | bytes,
        salt: str | bytes | None = None,
        algorithm_name: str | None = None,
        **_old: Any,
    ) -> None:
        self.secret_key = secret_key
        self.salt = salt or b"itsdangerous"
        self.algorithm_name = algorithm_name or self.default_algorithm
        if self.algorithm_name not in _DIGESTS:
            msg = (
                f"The algorithm {self.algorithm_name!r} is not supported. Use one of "
                f"{', '.join(_DIGESTS)}."
            )
            raise NotImplementedError(msg)

    def dumps(
        self, obj: Any, salt: Any = None, header_fields: Mapping[str, Any] | None = None
    ) -> DecodableStr:
        """Return the token of a value."""
        header = self.make_header(header_fields)
        payload = b".".join(base64_encode(_dump(part)) for part in (header, obj))
        return DecodableStr(self._signer(salt).sign(payload).decode())

    def loads(
        self, s: str | bytes, salt: Any = None, return_header: bool = False
    ) -> Any:
        """Return the value of a token; raise BadSignature if it is not ours."""
        token = s.encode() if isinstance(s, str) else s
        header, value = self._parse(self._signer(salt).unsign(token))
        if header.get("alg") != self.algorithm_name:
            msg = "Algorithm mismatch"
            raise BadHeader(msg, header=header, payload=value)
        self.check_header(header, value)
        return (value, header) if return_header else value

    def make_header(self, header_fields: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the header of a token."""
        return {**(header_fields or {}), "alg": self.algorithm_name}

    def check_header(self, header: Mapping[str, Any], value: Any) -> None:
        """Raise if the header forbids to use the value."""

    def _signer(self, salt: Any) -> Signer:
        digest = _DIGESTS[self.algorithm_name]
        algorithm: SigningAlgorithm = HMACAlgorithm(getattr(hashlib, digest))
        return Signer(
            self.secret_key,
            salt=salt or self.salt,
            sep=".",
            key_derivation="none",
            algorithm=algorithm,
        )

    def _parse(self, payload: bytes) -> tuple[dict[str, Any], Any]:
        head, separator, body = payload.partition(b".")
        if not separator:
            msg = "No '.' found in the value"
            raise BadSignature(msg, payload=payload)
        try:
            header = json.loads(base64_decode(head))
            value = json.loads(base64_decode(body))
        except (ValueError, BadData) as error:
            msg = "The token is not JSON in base64"
            raise BadSignature(msg, payload=payload) from error
        if not isinstance(header, dict):
            msg = "The header is not an object"
            raise BadHeader(msg, payload=value)
        return header, value


class TimedJSONWebSignatureSerializer(JSONWebSignatureSerializer):
    """The same, with tokens that expire."""

    def __init__(
        self, secret_key: Any, expires_in: int | None = None, **options: Any
    ) -> None:
        super().__init__(secret_key, **options)
        self.expires_in = _HOUR if expires_in is None else expires_in

    def make_header(self, header_fields: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the header of a token, with the time at which it expires."""
        now = self.now()
        header = super().make_header(header_fields)
        return header | {"iat": now, "exp": now + self.expires_in}

    def check_header(self, header: Mapping[str, Any], value: Any) -> None:
        """Raise SignatureExpired if the token is too old."""
        expires = header.get("exp")
        if not isinstance(expires, int) or expires < 0:
            msg = "Missing expiry date"
            raise BadSignature(msg, payload=value)
        if expires < self.now():
            msg = "Signature expired"
            raise SignatureExpired(msg, payload=value)

    def now(self) -> int:
        """Return the time in seconds since 1970."""
        return int(time.time())


def _dump(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


_EDIT = (
    "from itsdangerous import URLSafeTimedSerializer, and max_age=… in loads(); "
    "dumps() returns a str, without .decode()"
)
ROWS = tuple(
    Row(
        f"itsdangerous.{name}",
        "itsdangerous 2.1",
        f"{_HERE}:{name}",
        _EDIT,
        module="itsdangerous",
    )
    for name in ("JSONWebSignatureSerializer", "TimedJSONWebSignatureSerializer")
) + tuple(rows_of("itsdangerous", "itsdangerous 2.1", {"json": "json"}, "import json"))
