"""Limits: counts end with their window, and subjects are not readable in a store."""

import pytest

from carboy.stores import (
    Limit,
    MemoryStore,
    count_use,
    hash_subject,
    normalize_address,
    seconds_to_wait,
    uncount_use,
)

LIMIT = Limit(2, 60)


@pytest.fixture
def clock():
    return [1000.0]


@pytest.fixture
def store(clock):
    return MemoryStore(clock=lambda: clock[0])


def test_uses_are_counted_until_the_window_ends(store, clock):
    assert [count_use(store, "a", LIMIT) for _ in range(3)] == [1, 2, 3]
    clock[0] += 59
    assert (count_use(store, "a", LIMIT), seconds_to_wait(store, "a")) == (4, 1)
    clock[0] += 1
    assert count_use(store, "a", LIMIT) == 1


def test_a_use_that_is_returned_after_its_window_makes_no_spare_one(store, clock):
    count_use(store, "a", LIMIT)
    clock[0] += 60

    uncount_use(store, "a", LIMIT)

    assert count_use(store, "a", LIMIT) == 1


def test_addresses_of_one_home_are_one():
    assert normalize_address("2001:db8::1") == normalize_address("2001:db8::2:1")
    assert normalize_address("::ffff:1.2.3.4") == "1.2.3.4"
    assert normalize_address("unix") == "unix"


def test_a_subject_is_not_readable_and_may_be_any_text():
    assert "ada" not in hash_subject("ada")
    assert hash_subject("ada") != hash_subject("bob")
    assert hash_subject("\ud800")
