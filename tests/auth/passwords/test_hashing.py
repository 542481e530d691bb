"""Password hashes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.security import generate_password_hash

from carboy.auth import PasswordHasher
from carboy.auth.passwords import HashingBusyError


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


class Gate:
    """Stands for argon2: hashes wait until it is opened, and are counted."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.inside = threading.Semaphore(0)
        self.active, self.most = 0, 0
        self._lock = threading.Lock()

    def hash(self, password: bytes) -> str:
        with self._lock:
            self.active += 1
            self.most = max(self.most, self.active)
        self.inside.release()
        assert self.opened.wait(60)
        with self._lock:
            self.active -= 1
        return "x"


def test_no_more_than_the_slots_hash_at_a_time_and_few_wait() -> None:
    """Of 100 at once two hash, two wait, and all others are told at once."""
    hasher, gate = _hasher(slots=2), Gate()
    hasher._hasher = gate  # type: ignore[assignment]  # counts who is inside
    with ThreadPoolExecutor(4) as pool:
        admitted = [pool.submit(hasher.hash, "x") for _ in range(4)]
        for _ in range(2):
            assert gate.inside.acquire(timeout=60)
        # The other two have no count to wait for: their places are taken.
        while hasher._places.acquire(blocking=False):
            hasher._places.release()
            time.sleep(0.001)

        refused = 0
        for _ in range(96):
            with pytest.raises(HashingBusyError):
                hasher.verify("$argon2id$x", "x")
            refused += 1
        assert gate.active == 2
        gate.opened.set()

        assert [each.result(60) for each in admitted] == ["x"] * 4
    assert (gate.most, refused) == (2, 96)
    assert hasher.hash("x") == "x"


def test_the_default_leaves_threads_for_other_pages() -> None:
    assert 1 <= PasswordHasher(memory=8, time=1).slots <= 4
