"""Ended sessions are stored as long as their cookies could live, and no longer."""

import pytest

from carboy.sessions.lifetime import Lifetime
from carboy.sessions.revocation import Revocations
from carboy.stores import MemoryStore

LIFETIME = Lifetime(idle=10, absolute=100, permanent=50)


@pytest.fixture
def revocations(clock):
    return Revocations(MemoryStore(clock=clock), LIFETIME, clock=clock)


def test_an_ended_session_has_ended(revocations, clock):
    revocations.end("one")

    assert revocations.has_ended("one", None, clock())
    assert not revocations.has_ended("other", None, clock())


def test_the_sessions_of_an_ended_device_have_ended(revocations, clock):
    revocations.end_device("phone")

    assert revocations.has_ended("one", "ada", clock(), "phone")
    assert revocations.has_ended("two", None, clock(), "phone")
    assert not revocations.has_ended("one", "ada", clock(), "tablet")
    assert not revocations.has_ended("one", "ada", clock())


def test_a_revoked_user_loses_the_sessions_created_before(revocations, clock):
    before = clock()
    clock.advance(1)
    revocations.end_user("ada")

    assert revocations.has_ended("one", "ada", before)
    assert not revocations.has_ended("one", "ada", clock())
    assert not revocations.has_ended("one", "grace", before)
    assert not revocations.has_ended("one", None, before)


def test_a_second_revocation_by_a_slower_clock_revives_nothing(revocations, clock):
    slower = Revocations(revocations.store, LIFETIME, clock=lambda: clock() - 5)
    created = clock()
    clock.advance(1)
    revocations.end_user("ada")

    slower.end_user("ada")

    assert revocations.has_ended("one", "ada", created)


def test_an_end_is_deleted_when_no_cookie_can_be_left(revocations, clock):
    revocations.end("one")
    revocations.end_user("ada")
    clock.advance(100)

    assert revocations.store.purge_expired() == 2


def test_an_end_includes_the_later_ids_of_a_users_session(revocations, clock):
    assert revocations.rename("one", "two") is True
    assert revocations.rename("two", "three") is True
    assert revocations.rename("one", "other") is False
    assert not revocations.has_ended("three", "ada", clock())

    revocations.end("one", "ada")

    assert revocations.has_ended("three", "ada", clock())


def test_an_end_of_an_anonymous_session_does_not_end_a_later_login(revocations, clock):
    revocations.rename("one", "two")

    revocations.end("one")

    assert not revocations.has_ended("two", "ada", clock())
