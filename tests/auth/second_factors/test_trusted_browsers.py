"""Trust is for one browser, one user, one password and thirty days."""

import pytest

from carboy.auth.second_factors.trusted_browsers import LIFETIME, TrustedBrowsers


@pytest.fixture
def browsers(session, clock):
    return TrustedBrowsers(session, clock)


def test_trust_is_for_one_user_and_one_password(browsers):
    value = browsers.trust("1", 0, "Firefox")

    assert browsers.is_trusted("1", 0, value)
    assert not browsers.is_trusted("2", 0, value)
    assert not browsers.is_trusted("1", 1, value)
    assert not browsers.is_trusted("1", 0, value + "x")
    assert not browsers.is_trusted("1", 0, None)


def test_trust_ends_after_its_time_or_when_it_is_forgotten(browsers, clock):
    value = browsers.trust("1", 0, "Firefox")
    clock.advance(LIFETIME)
    assert not browsers.is_trusted("1", 0, value)

    value = browsers.trust("1", 0, "Firefox")
    assert browsers.forget_all("1") == 1
    assert not browsers.is_trusted("1", 0, value)
