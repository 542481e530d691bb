"""If this passes, tokens are signed, expire, and are texts with a decode()."""

import base64
import hashlib
import hmac

import pytest
from itsdangerous import BadHeader, BadSignature, SignatureExpired

from carboy.legacy.names.itsdangerous_names import (
    JSONWebSignatureSerializer,
    TimedJSONWebSignatureSerializer,
)


class Clocked(TimedJSONWebSignatureSerializer):
    time = 1000

    def now(self) -> int:
        return self.time


def test_a_token_is_read_by_its_key_only():
    token = Clocked("key", expires_in=60).dumps({"id": 1})

    assert token.decode("utf-8") == token
    assert Clocked("key").loads(token) == {"id": 1}
    assert Clocked("key").loads(token.encode()) == {"id": 1}
    with pytest.raises(BadSignature):
        Clocked("other").loads(token)


def test_a_token_expires():
    serializer = Clocked("key", 60)
    token = serializer.dumps(1)
    serializer.time = 1060
    assert serializer.loads(token, return_header=True)[1] == {
        "alg": "HS512",
        "iat": 1000,
        "exp": 1060,
    }

    serializer.time = 1061
    with pytest.raises(SignatureExpired):
        serializer.loads(token)


def test_a_token_is_that_of_itsdangerous_1():
    """Written by hand after RFC 7515, so that stored links still work."""
    serializer = JSONWebSignatureSerializer("secret-key", algorithm_name="HS256")

    token = serializer.dumps({"x": 42})

    head, body, signature = token.split(".")
    assert (head, body) == ("eyJhbGciOiJIUzI1NiJ9", "eyJ4Ijo0Mn0")
    digest = hmac.new(b"secret-key", f"{head}.{body}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == signature


@pytest.mark.parametrize(
    "token", ["", "a", "a.b", "a.b.c", "é.b.c", "..", "eyJhbGciOiJub25lIn0.MQ."]
)
def test_what_is_no_token_is_refused(token):
    with pytest.raises(BadSignature):
        Clocked("key").loads(token)


def test_another_algorithm_is_refused():
    token = JSONWebSignatureSerializer("key", algorithm_name="HS256").dumps(1)
    other = JSONWebSignatureSerializer("key", algorithm_name="HS512")

    with pytest.raises(BadSignature):
        other.loads(token)
    with pytest.raises(NotImplementedError, match="none"):
        JSONWebSignatureSerializer("key", algorithm_name="none")
    assert issubclass(BadHeader, BadSignature)
