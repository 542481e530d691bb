"""Pages count attempts by account and address, unless the site wants no limit."""

import pytest

from carboy.auth import ThrottledError, auth_state
from carboy.auth.pages.attempts import take_attempt


def test_one_spelling_of_an_address_is_one_account(site):
    spellings = ("ada@example.com", "ADA@example.com", " ada@example.com") * 4
    with site.app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        state = auth_state.of(site.app)
        for name in spellings[:10]:
            take_attempt(state, "login", name)
        with pytest.raises(ThrottledError):
            take_attempt(state, "login", spellings[10])


def test_a_site_without_limits_counts_nothing(make_site):
    site = make_site(AUTH_THROTTLE=False)
    with site.app.test_request_context():
        state = auth_state.of(site.app)
        assert [take_attempt(state, "login", "a") for _ in range(20)] == [None] * 20
