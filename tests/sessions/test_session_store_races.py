"""No order of the steps of two requests, and no failing step, loses or revives one."""

import pytest

from carboy.errors import UnavailableError
from carboy.sessions.record import RENAMED, hash_id
from carboy.sessions.session_store import SaveStatus, SessionStore
from carboy.stores import MemoryStore

from .interleaving import InterleavedStore, list_schedules
from .test_session_store import LIFETIME, REGENERATE, list_entries, load, put, read


@pytest.mark.parametrize(
    "end",
    [
        lambda sessions, stored: sessions.end(stored),
        lambda sessions, stored: sessions.revoke("ada", hash_id(stored.id)),
        lambda sessions, stored: sessions.revoke_user("ada"),
    ],
    ids=["end", "revoke", "revoke_user"],
)
def test_an_end_in_the_middle_of_a_renewal_wins(clock, end):
    """S1: in every order of the steps of both."""

    def check(schedule):
        store = InterleavedStore(clock=clock)
        sessions = SessionStore(store, LIFETIME, clock=clock)
        stored = load(sessions, "ada")

        outcome, _ = store.run(
            schedule,
            lambda: sessions.save(stored, REGENERATE, "ada"),
            lambda: end(sessions, stored),
        )

        assert not outcome.id or sessions.find(outcome.id) is None, schedule
        assert sessions.list_sessions("ada") == [], schedule
        alive = [k for k in list_entries(store) if not is_link(store, k)]
        assert alive == [], schedule

    for schedule in list_schedules(5, 5):
        check(schedule)


def is_link(store, key):
    return store.get(key).startswith(RENAMED)


def test_a_write_in_the_middle_of_a_renewal_is_saved_or_refused(clock):
    def check(schedule):
        store = InterleavedStore(clock=clock)
        sessions = SessionStore(store, LIFETIME, clock=clock)
        stored = load(sessions, "ada", a=1)

        renewed, written = store.run(
            schedule,
            lambda: sessions.save(stored, put(regenerate_id=True, b=2), "ada"),
            lambda: sessions.save(stored, put(c=3), "ada"),
        )

        saved = {"c": 3} if written.status is SaveStatus.SAVED else {}
        assert read(sessions, renewed.id) == {"a": 1, "b": 2} | saved, schedule

    for schedule in list_schedules(5, 2):
        check(schedule)


class FailingStore(MemoryStore):
    """Stops to answer after so many operations."""

    left = 10**9

    def _count(self):
        self.left -= 1
        if self.left < 0:
            raise UnavailableError("away")

    def get(self, key):
        self._count()
        return super().get(key)

    def set(self, *arguments, **options):
        self._count()
        super().set(*arguments, **options)

    def update(self, *arguments, **options):
        self._count()
        self.left += 1  # for the read inside
        return super().update(*arguments, **options)


@pytest.mark.parametrize("user", ["ada", "grace"])
@pytest.mark.parametrize("operations", range(6))
def test_a_store_that_fails_between_two_steps_loses_no_session(clock, operations, user):
    """Either the old id still works, or the client learns the new one."""
    store = FailingStore(clock=clock)
    sessions = SessionStore(store, LIFETIME, clock=clock)
    stored = load(sessions, "ada", a=1)

    store.left = operations
    try:
        session_id = sessions.save(stored, put(regenerate_id=True, b=2), user).id
    except UnavailableError:
        session_id = stored.id
    store.left = 10**9

    assert read(sessions, session_id)["a"] == 1
