"""Password hashes."""

import threading
import time

from werkzeug.security import generate_password_hash

from carboy.auth import PasswordHasher


def _hasher(slots: int = 2) -> PasswordHasher:
    return PasswordHasher(memory=8, time=1, slots=slots)


def test_a_password_has_its_hash() -> None:
    hasher = _hasher()
    stored = hasher.hash("correct horse")

    assert stored.startswith("$argon2id$")
    assert hasher.verify(stored, "correct horse")
    assert not hasher.verify(stored, "wrong horse")


def test_the_spelling_of_a_keyboard_does_not_matter() -> None:
    hasher = _hasher()

    assert hasher.verify(hasher.hash("cafe\u0301 \uff11"), "caf\u00e9 1")


def test_hashes_of_werkzeug_are_verified_and_replaced() -> None:
    hasher = _hasher()
    for method in ("scrypt:1024:8:1", "pbkdf2:sha256:10"):
        stored = generate_password_hash("secret", method=method)

        assert hasher.verify(stored, "secret")
        assert not hasher.verify(stored, "Secret")
        assert hasher.needs_rehash(stored)


def test_weaker_hashes_are_replaced() -> None:
    stored = _hasher().hash("x")

    assert not _hasher().needs_rehash(stored)
    assert PasswordHasher(memory=16, time=1).needs_rehash(stored)


def test_damaged_and_missing_hashes_have_no_password() -> None:
    hasher = _hasher()

    for stored in (None, "", "x", "$argon2id$damaged", "pbkdf2:x$y", "plain"):
        assert not hasher.verify(stored, stored or "")


def test_no_more_than_the_slots_hash_at_a_time() -> None:
    hasher = _hasher(slots=2)
    active: list[int] = []
    most: list[int] = []
    original = hasher._hasher.hash

    class Slow:
        def hash(self, password: str) -> str:
            active.append(1)
            most.append(len(active))
            time.sleep(0.01)
            active.pop()
            return original(password)

    hasher._hasher = Slow()  # type: ignore[assignment]  # counts who is inside
    threads = [threading.Thread(target=hasher.hash, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(most) == 2
