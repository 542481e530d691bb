"""Verify the hashes that Django stores."""

import base64
import binascii
import hashlib
import hmac

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

_DIGESTS = {"pbkdf2_sha256": "sha256", "pbkdf2_sha1": "sha1"}
_SCRYPT, _ARGON2 = "scrypt", "argon2"
_SCRYPT_MEMORY = 256 * 1024 * 1024


def is_django_hash(stored: str) -> bool:
    """Return whether a hash has a form of Django's that can be verified."""
    return stored.partition("$")[0] in {*_DIGESTS, _SCRYPT, _ARGON2}


def verify_django_hash(stored: str, password: str) -> bool:
    """Return whether `password` has this hash; one that is damaged has no password."""
    algorithm, _, rest = stored.partition("$")
    try:
        if algorithm == _ARGON2:
            return argon2.PasswordHasher().verify(f"${rest}", password)
        if algorithm == _SCRYPT:
            return _verify_scrypt(rest, password)
        return _verify_pbkdf2(_DIGESTS[algorithm], rest, password)
    except (VerificationError, InvalidHashError, ValueError, binascii.Error):
        return False


def _verify_pbkdf2(digest: str, rest: str, password: str) -> bool:
    iterations, salt, expected = rest.split("$")
    key = hashlib.pbkdf2_hmac(digest, password.encode(), salt.encode(), int(iterations))
    return hmac.compare_digest(key, base64.b64decode(expected))


def _verify_scrypt(rest: str, password: str) -> bool:
    cost, salt, block, parallel, expected = rest.split("$")
    wanted = base64.b64decode(expected)
    key = hashlib.scrypt(
        password.encode(),
        salt=salt.encode(),
        n=int(cost),
        r=int(block),
        p=int(parallel),
        maxmem=_SCRYPT_MEMORY,
        dklen=len(wanted),
    )
    return hmac.compare_digest(key, wanted)
