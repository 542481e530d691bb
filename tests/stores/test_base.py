"""Functions that all stores share: expiry times and counts."""

import math

import pytest

from carboy.stores import NotACountError
from carboy.stores.base import expiry_time, parse_count, seconds_left


def test_without_ttl_an_entry_never_expires():
    assert expiry_time(None, 100.0) == math.inf
    assert expiry_time(2.5, 100.0) == 102.5


def test_a_ttl_of_zero_is_refused_with_advice():
    with pytest.raises(ValueError, match=r"got 0. .* use delete"):
        expiry_time(0, 100.0)


def test_the_seconds_left_are_rounded_up():
    assert seconds_left(100.2, 100.0) == 1
    assert seconds_left(100.0, 100.0) == 0
    assert seconds_left(90.0, 100.0) == 0
    assert seconds_left(math.inf, 100.0) == -1


def test_a_count_is_parsed_from_its_digits():
    assert parse_count("key", None) == 0
    assert parse_count("key", b"-12") == -12
    with pytest.raises(NotACountError, match="value of 'key' is not a count"):
        parse_count("key", b"twelve")
