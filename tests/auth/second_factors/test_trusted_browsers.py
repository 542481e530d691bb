"""Trust is for one browser, one user and thirty days."""

import pytest

from carboy.auth.second_factors.trusted_browsers import DAY, TrustedBrowsers


@pytest.fixture
def browsers(session, clock):
    return TrustedBrowsers(session, clock)


def test_trust_is_for_one_user_and_one_browser(browsers):
    value = browsers.trust("1", "Firefox", days=30)

    assert browsers.is_trusted("1", value)
    assert not browsers.is_trusted("2", value)
    assert not browsers.is_trusted("1", value + "x")
    assert not browsers.is_trusted("1", None)


def test_trust_ends_after_its_time_or_when_it_is_forgotten(browsers, clock):
    value = browsers.trust("1", "Firefox", days=30)
    clock.advance(30 * DAY)
    assert not browsers.is_trusted("1", value)

    value = browsers.trust("1", "Firefox", days=30)
    assert browsers.forget_all("1") == 1
    assert not browsers.is_trusted("1", value)


def test_they_are_listed_and_forgotten_by_their_owner(browsers, clock):
    browsers.trust("1", "Firefox", days=1)
    kept = browsers.trust("1", "Safari", days=30)
    clock.advance(2 * DAY)
    (listed,) = browsers.list("1")
    assert (listed.label, listed.expires_at) == ("Safari", clock() + 28 * DAY)

    assert not browsers.forget("2", listed.id)
    assert browsers.is_trusted("1", kept)
    assert browsers.forget("1", listed.id)
    assert not browsers.is_trusted("1", kept)
