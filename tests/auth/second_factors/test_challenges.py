"""A challenge works once, here, in time, and for its purpose."""

import hashlib

import pytest

from carboy.auth.second_factors.challenges import LIFETIME, Challenges
from carboy.stores import MemoryStore


@pytest.fixture
def store(clock):
    return MemoryStore(clock=clock)


@pytest.fixture
def challenges(store, clock):
    return Challenges(b"k" * 32, store, clock)


def test_a_challenge_works_once(challenges):
    made = challenges.make("get")

    assert challenges.use(made, "get")
    assert not challenges.use(made, "get")


def test_making_one_stores_nothing(challenges, store):
    made = challenges.make("get")

    assert not challenges.use(made + b"x", "get")
    assert store.add(f"passkey:{_digest(made)}", b"1", 60)


def test_it_serves_no_other_purpose_and_no_other_site(challenges, store, clock):
    made = challenges.make("get")

    assert not challenges.use(made, "create 1")
    assert not Challenges(b"j" * 32, store, clock).use(made, "get")
    assert not challenges.use(b"", "get")
    assert challenges.use(made, "get")


def test_it_works_for_five_minutes(challenges, clock):
    made = challenges.make("get")
    clock.advance(LIFETIME + 1)

    assert not challenges.use(made, "get")


def test_one_of_the_future_is_refused(challenges, store, clock):
    ahead = Challenges(b"k" * 32, store, lambda: clock() + 3600)

    assert not challenges.use(ahead.make("get"), "get")


def _digest(made):
    return hashlib.sha256(made[:24]).hexdigest()
