"""Recovery codes come with the first second factor and go with the last."""

import pytest

from carboy.auth import auth_state
from carboy.auth.pages.recovery_pages import (
    drop_codes_without_factor,
    show_first_codes,
)
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of


@pytest.fixture
def state(site):
    with site.app.test_request_context():
        yield auth_state.of(site.app)


def test_codes_are_shown_once_to_whom_needs_them(site, state):
    user, factor = site.add(), make_factor(state)
    assert show_first_codes(state, user) is None
    secret = make_secret()
    code = make_code(secret, step_of(site.now))
    assert factor.totp.set_up(user.get_id(), secret, code)

    assert "Recovery codes" in show_first_codes(state, user).get_data(as_text=True)
    assert factor.recovery_codes.count(user.get_id()) == 10
    assert show_first_codes(state, user) is None
    drop_codes_without_factor(state, user)
    assert factor.recovery_codes.count(user.get_id()) == 10
    factor.remove(user.get_id())
    drop_codes_without_factor(state, user)
    assert factor.recovery_codes.count(user.get_id()) == 0
