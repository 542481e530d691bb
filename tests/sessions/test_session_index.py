"""The index lists the handles of each user until their sessions must have expired."""

import pytest

from carboy.sessions.session_index import SessionIndex
from carboy.stores import MemoryStore


@pytest.fixture
def index(clock):
    return SessionIndex(MemoryStore(clock=clock), clock=clock, ttl=100)


def test_handles_are_listed_by_user(index):
    index.add("ada", "one")
    index.add("ada", "two")
    index.add("grace", "three")

    assert index.handles("ada") == {"one", "two"}
    assert index.handles("nobody") == set()


def test_a_removed_handle_is_returned_also_if_it_was_not_listed(index):
    index.add("ada", "one")
    index.add("ada", "two")

    assert index.remove("ada", {"one", "other"}) == {"one", "other"}

    assert index.handles("ada") == {"two"}


def test_all_but_the_spared_handles_are_removed(index):
    for handle in ("one", "two", "three"):
        index.add("ada", handle)

    assert index.remove("ada", spared={"two"}) == {"one", "three"}
    assert index.handles("ada") == {"two"}
    assert index.remove("ada") == {"two"}
    assert index.remove("ada") == set()


def test_handles_expire(index, clock):
    index.add("ada", "one")
    clock.advance(60)
    index.add("ada", "two")
    clock.advance(60)
    index.add("ada", "three")

    assert index.handles("ada") == {"two", "three"}
    clock.advance(101)
    assert index.handles("ada") == set()
