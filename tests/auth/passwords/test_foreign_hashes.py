"""Hashes of Django."""

import base64
import hashlib

import argon2

from carboy.auth.passwords.foreign_hashes import is_django_hash, verify_django_hash


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_hashes_of_django_are_verified() -> None:
    key = hashlib.pbkdf2_hmac("sha256", b"secret", b"salt", 10)
    scrypt = hashlib.scrypt(b"secret", salt=b"salt", n=16, r=8, p=1, dklen=64)
    own = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    for stored in (
        f"pbkdf2_sha256$10$salt${_b64(key)}",
        f"scrypt$16$salt$8$1${_b64(scrypt)}",
        "argon2" + own.hash("secret"),
    ):
        assert is_django_hash(stored)
        assert verify_django_hash(stored, "secret")
        assert not verify_django_hash(stored, "Secret")


def test_damaged_hashes_have_no_password() -> None:
    for stored in ("pbkdf2_sha256$x$y$z", "scrypt$1", "argon2$x", "pbkdf2_sha1$"):
        assert not verify_django_hash(stored, "")
