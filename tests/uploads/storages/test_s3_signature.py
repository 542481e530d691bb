"""Signatures are those of the examples in the documentation of AWS."""

import hashlib
import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest

from carboy.uploads.storages.s3_signature import (
    Credentials,
    SignedTarget,
    Signer,
    encode_path,
)

# "Examples: Signature Calculations" and "Examples: Browser-Based Upload using HTTP
# POST" in the API reference of S3.
SIGNER = Signer(
    Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    "us-east-1",
)
NOW = datetime(2013, 5, 24, tzinfo=UTC)
HOST = "examplebucket.s3.amazonaws.com"
EMPTY = hashlib.sha256(b"").hexdigest()
WELCOME = hashlib.sha256(b"Welcome to Amazon S3.").hexdigest()
PUT_HEADERS = {
    "date": "Fri, 24 May 2013 00:00:00 GMT",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
}


@pytest.mark.parametrize(
    ("target", "headers", "payload", "signature"),
    [
        (
            SignedTarget("GET", "/test.txt", {}),
            {"Range": "bytes=0-9"},
            EMPTY,
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            SignedTarget("PUT", encode_path("/test$file.text"), {}),
            PUT_HEADERS,
            WELCOME,
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            SignedTarget("GET", "/", {"lifecycle": ""}),
            {},
            EMPTY,
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            SignedTarget("GET", "/", {"prefix": "J", "max-keys": "2"}),
            {},
            EMPTY,
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
    ids=["GET", "PUT", "GET lifecycle", "GET list"],
)
def test_requests_have_the_signatures_of_the_examples(
    target, headers, payload, signature
):
    signed = SIGNER.sign_request(target, {"Host": HOST, **headers}, payload, NOW)

    assert signed["authorization"].endswith(f",Signature={signature}")


def test_a_url_has_the_signature_of_the_example():
    query = SIGNER.sign_url(SignedTarget("GET", "/test.txt", {}), HOST, 86400, NOW)

    assert query.endswith(
        "&X-Amz-Signature="
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


def test_a_policy_has_the_signature_of_the_example():
    lines = (
        '{ "expiration": "2015-12-30T12:00:00.000Z",',
        '  "conditions": [',
        '    {"bucket": "sigv4examplebucket"},',
        '    ["starts-with", "$key", "user/user1/"],',
        '    {"acl": "public-read"},',
        '    {"success_action_redirect": '
        '"http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
        '    ["starts-with", "$Content-Type", "image/"],',
        '    {"x-amz-meta-uuid": "14365123651274"},',
        '    {"x-amz-server-side-encryption": "AES256"},',
        '    ["starts-with", "$x-amz-meta-tag", ""],',
        "",
        '    {"x-amz-credential": '
        '"AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
        '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
        '    {"x-amz-date": "20151229T000000Z" }',
        "  ]",
        "}",
    )

    policy = b64encode("\r\n".join(lines).encode()).decode()

    assert SIGNER.sign_text(policy, datetime(2015, 12, 29, tzinfo=UTC)) == (
        "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"
    )


def test_each_field_of_a_form_is_a_condition():
    fields = SIGNER.sign_policy(
        [["content-length-range", 0, 9]], {"key": "a/b"}, 60, NOW
    )

    document = json.loads(b64decode(fields["policy"]))

    assert document["expiration"] == "2013-05-24T00:01:00.000Z"
    assert {"key": "a/b"} in document["conditions"]
    for name in fields.keys() - {"policy", "x-amz-signature"}:
        assert {name: fields[name]} in document["conditions"]


def test_a_session_token_is_signed_wherever_it_goes():
    signer = Signer(Credentials("key", "secret", "token"), "r")

    signed = signer.sign_request(
        SignedTarget("GET", "/", {}), {"host": "h"}, EMPTY, NOW
    )
    query = signer.sign_url(SignedTarget("GET", "/", {}), "h", 60, NOW)
    fields = signer.sign_policy([], {}, 60, NOW)

    assert "x-amz-security-token" in signed["authorization"]
    assert "X-Amz-Security-Token=token" in query
    assert fields["x-amz-security-token"] == "token"


def test_secrets_are_not_shown():
    shown = repr(Signer(Credentials("key", "hush", "quiet"), "r"))

    assert "hush" not in shown
    assert "quiet" not in shown
