"""If this passes, weak hashes are checked and never made."""

import hashlib
import hmac

import pytest
from werkzeug import security

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


@pytest.mark.parametrize("method", ["sha256", "md5", "plain", "sha1"])
def test_a_weak_hash_is_never_made(door, method):
    made = security.generate_password_hash("secret", method=method, salt_length=8)

    assert made.startswith("scrypt:")
    assert security.check_password_hash(made, "secret")
    assert not security.check_password_hash(made, "other")


@pytest.mark.parametrize(
    "stored",
    [
        "sha256$salt$" + hmac.new(b"salt", b"secret", "sha256").hexdigest(),
        "md5$$" + hashlib.md5(b"secret").hexdigest(),  # noqa: S324 - that is the point
        "plain$$secret",
    ],
)
def test_a_stored_hash_is_checked(door, stored):
    assert security.check_password_hash(stored, "secret")
    assert not security.check_password_hash(stored, "secret2")


@pytest.mark.parametrize(
    "stored", ["", "x", "what$ever$x", "sha256$salt$", "shake_128$a$b", "plain$$"]
)
def test_what_is_no_hash_lets_nobody_in(door, stored):
    assert not security.check_password_hash(stored, "secret")


def test_texts_are_compared(run_old):
    run_old(
        "from werkzeug.security import safe_str_cmp, pbkdf2_hex\n"
        "assert safe_str_cmp('a', b'a') and not safe_str_cmp('a', 'b')\n"
        "assert len(pbkdf2_hex('a', 'b', 10)) == 64\n"
    )
