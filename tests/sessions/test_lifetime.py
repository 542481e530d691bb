"""A session ends in time, and visits are recorded as seldom as that allows."""

from carboy.sessions.lifetime import Lifetime

LIFETIME = Lifetime(idle=100, absolute=1000, permanent=5000)


def test_a_session_ends_by_the_lifetime_that_is_over_first():
    assert LIFETIME.expires_at(0, 50, permanent=False) == 150
    assert LIFETIME.expires_at(0, 950, permanent=False) == 1000
    assert LIFETIME.expires_at(0, 50, permanent=True) == 5000


def test_a_visit_is_recorded_after_a_tenth_of_the_idle_time():
    assert not LIFETIME.needs_touch(0, 9, permanent=False)
    assert LIFETIME.needs_touch(0, 10, permanent=False)
    assert not LIFETIME.needs_touch(0, 10, permanent=True)
