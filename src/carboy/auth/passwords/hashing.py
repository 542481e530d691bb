"""Hash passwords with argon2id, and verify the hashes of Werkzeug and Django."""

import os
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import argon2
from argon2.exceptions import InvalidHashError, VerificationError
from werkzeug.security import check_password_hash

from carboy.errors import UnavailableError
from carboy.translation import gettext as _

from .foreign_hashes import is_django_hash, verify_django_hash

# How long a request waits for its turn.
_PATIENCE = 10.0
# Requests that hash or wait for it, of the eight view threads of a process: more would
# take the threads from all other pages.
_MOST_INSIDE = 4
_WERKZEUG = ("scrypt:", "pbkdf2:")


def normalize_password(password: str) -> str:
    """Return one spelling of a password, whatever the keyboard has sent."""
    return unicodedata.normalize("NFKC", password)


def _encode(password: str) -> bytes:
    # JSON can have halves of characters, which are a wrong password and no error.
    return normalize_password(password).encode("utf-8", "surrogatepass")


class HashingBusyError(UnavailableError):
    """Raised at once when too many requests hash passwords or wait for it."""


class PasswordHasher:
    """Hashes and verifies; only `slots` passwords at a time in one process.

    A hash takes memory and a processor on purpose: a flood of logins must not take
    them, nor the threads of the server, from the pages of others. So a few wait for
    their turn, and all others are told to come again.
    """

    def __init__(self, *, memory: int, time: int, slots: int = 0) -> None:
        self._hasher = argon2.PasswordHasher(
            time_cost=time, memory_cost=memory, parallelism=1
        )
        self.slots = slots or min(max(1, (os.cpu_count() or 1) // 2), _MOST_INSIDE)
        self._turns = threading.BoundedSemaphore(self.slots)
        self._places = threading.BoundedSemaphore(max(self.slots, _MOST_INSIDE))
        # Whether this thread has a place.
        self._held = threading.local()

    @contextmanager
    def reserve(self) -> Iterator[None]:
        """Hold one of the few places of requests that hash, or raise at once.

        For what a login does before it: a flood must not cost queries either.
        """
        if getattr(self._held, "is_held", False):
            yield
            return
        if not self._places.acquire(blocking=False):
            raise _busy()
        self._held.is_held = True
        try:
            yield
        finally:
            self._held.is_held = False
            self._places.release()

    def hash(self, password: str) -> str:
        """Return the hash of a password."""
        with self._turn():
            return self._hasher.hash(_encode(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Return whether `password` has the hash `stored`.

        Without a hash the same work is done, so that the time tells nothing.
        """
        with self._turn():
            if not stored:
                self._verify_argon2(self._unknown, password)
                return False
            if stored.startswith("$argon2"):
                return self._verify_argon2(stored, password)
            return _verify_foreign(stored, password) or _verify_foreign(
                stored, normalize_password(password)
            )

    def needs_rehash(self, stored: str) -> bool:
        """Return whether the hash is of another kind, or weaker than the settings."""
        return not stored.startswith("$argon2id$") or self._hasher.check_needs_rehash(
            stored
        )

    @cached_property
    def _unknown(self) -> str:
        """A hash that no password has."""
        return self._hasher.hash(os.urandom(32))

    def _verify_argon2(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, _encode(password))
        except (VerificationError, InvalidHashError):
            return False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self.reserve():
            if not self._turns.acquire(timeout=_PATIENCE):
                raise _busy()
            try:
                yield
            finally:
                self._turns.release()


def _busy() -> HashingBusyError:
    return HashingBusyError(
        _("Too many people are logging in at the moment. Try again in a few seconds.")
    )


def _verify_foreign(stored: str, password: str) -> bool:
    if is_django_hash(stored):
        return verify_django_hash(stored, password)
    if stored.startswith(_WERKZEUG):
        try:
            return check_password_hash(stored, password)
        except ValueError:
            return False
    return False
