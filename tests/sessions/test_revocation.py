"""What has ended is remembered as long as its cookie could live, and no longer."""

import pytest

from carboy.sessions.revocation import Revocations
from carboy.sessions.settings import Lifetime
from carboy.stores import MemoryStore


@pytest.fixture
def revocations(clock):
    lifetime = Lifetime(idle=10, absolute=100, permanent=50)
    return Revocations(MemoryStore(clock=clock), lifetime, clock=clock)


def test_an_ended_session_has_ended(revocations, clock):
    revocations.end("one")

    assert revocations.has_ended("one", None, clock())
    assert not revocations.has_ended("other", None, clock())


def test_a_user_is_shut_out_of_what_began_before(revocations, clock):
    before = clock()
    clock.advance(1)
    revocations.end_user("ada")

    assert revocations.has_ended("one", "ada", before)
    assert not revocations.has_ended("one", "ada", clock())
    assert not revocations.has_ended("one", "grace", before)
    assert not revocations.has_ended("one", None, before)


def test_it_is_forgotten_when_no_cookie_can_be_left(revocations, clock):
    revocations.end("one")
    revocations.end_user("ada")
    clock.advance(100)

    assert revocations.store.purge_expired() == 2


def test_an_end_finds_what_a_session_of_a_user_has_become(revocations, clock):
    assert revocations.move("one", "two") is True
    assert revocations.move("two", "three") is True
    assert revocations.move("one", "other") is False
    assert not revocations.has_ended("three", "ada", clock())

    revocations.end("one", "ada")

    assert revocations.has_ended("three", "ada", clock())


def test_an_end_of_an_anonymous_session_does_not_reach_a_login(revocations, clock):
    revocations.move("one", "two")

    revocations.end("one")

    assert not revocations.has_ended("two", "ada", clock())
