"""`werkzeug.security`: comparisons, and hashes of passwords that are weak today."""

import hashlib
import hmac
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row, rows_of
from carboy.legacy.uses import record_use

_HERE = "carboy.legacy.names.werkzeug_security"
_STRONG = ("scrypt", "pbkdf2")
WEAK_METHOD = Row(
    "generate_password_hash(method='sha256')",
    "Werkzeug 3.0",
    "a hash by scrypt; also for md5, sha1, sha512 and plain",
    "generate_password_hash(password)",
    "A plain digest is guessed millions of times a second, so none is made.",
)
WEAK_HASH = Row(
    "check_password_hash of a sha256$… hash",
    "Werkzeug 3.0",
    "it is checked, so that old users can log in",
    "store generate_password_hash(password) after the next login",
    "The stored hash is weak until it is replaced.",
)


def safe_str_cmp(a: str | bytes, b: str | bytes) -> bool:
    """Compare two texts in a time that tells nothing about them."""
    return hmac.compare_digest(_to_bytes(a), _to_bytes(b))


def pbkdf2_bin(
    data: Any,
    salt: Any,
    iterations: int = 260000,
    keylen: Any = None,
    hashfunc: Any = None,
) -> bytes:
    """Return a derived key."""
    name = hashfunc if isinstance(hashfunc, str) else "sha256"
    return hashlib.pbkdf2_hmac(
        name, _to_bytes(data), _to_bytes(salt), iterations, keylen
    )


def pbkdf2_hex(*args: Any, **options: Any) -> str:
    """Return a derived key, in hexadecimal digits."""
    return pbkdf2_bin(*args, **options).hex()


def _to_bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else bytes(text)


def _wrap_generate(generate: Callable[..., str]) -> Callable[..., str]:
    @wraps(generate)
    def make(password: str, method: str = "scrypt", salt_length: int = 16) -> str:
        if not method.startswith(_STRONG):
            record_use(WEAK_METHOD)
            method = "scrypt"
        return generate(password, method, max(salt_length, 8))

    return make


def _wrap_check(check: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    @wraps(check)
    def is_right(pwhash: str, password: str) -> bool:
        method, _, rest = (pwhash or "").partition("$")
        salt, separator, digest = rest.partition("$")
        if not separator or method.startswith(_STRONG):
            return check(pwhash, password)
        expected = _digest(method, salt, password)
        if expected is None:
            return False
        record_use(WEAK_HASH)
        return safe_str_cmp(expected, digest)

    return is_right


def _digest(method: str, salt: str, password: str) -> str | None:
    if method == "plain":
        return password
    if method not in hashlib.algorithms_guaranteed or method.startswith("shake"):
        return None
    if salt:
        return hmac.new(salt.encode(), password.encode(), method).hexdigest()
    return hashlib.new(method, password.encode()).hexdigest()


def _apply(patches: Patches) -> None:
    module: Any = sys.modules["werkzeug.security"]
    generate, check = module.generate_password_hash, module.check_password_hash
    patches.set(module, "generate_password_hash", _wrap_generate(generate))
    patches.set(module, "check_password_hash", _wrap_check(check))


HOOKS = {"werkzeug.security": _apply}
ROWS = (
    WEAK_METHOD,
    WEAK_HASH,
    *(
        row
        for module in ("werkzeug.security", "werkzeug")
        for row in (
            *rows_of(
                module,
                "Werkzeug 2.1",
                {"safe_str_cmp": f"{_HERE}:safe_str_cmp"},
                "from hmac import compare_digest",
            ),
            *rows_of(
                module,
                "Werkzeug 2.1",
                {name: f"{_HERE}:{name}" for name in ("pbkdf2_bin", "pbkdf2_hex")},
                "from hashlib import pbkdf2_hmac",
            ),
        )
    ),
)
