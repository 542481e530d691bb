"""The clock moves only when a test advances it."""

import pytest

from carboy.testing import Clock


def test_the_clock_stands_still():
    clock = Clock()

    assert clock() == clock()


def test_the_clock_moves_when_it_is_advanced():
    clock = Clock(100)

    clock.advance(1.5)

    assert clock() == 101.5


def test_the_clock_does_not_go_back():
    with pytest.raises(ValueError, match="0 or more, got -1"):
        Clock().advance(-1)
