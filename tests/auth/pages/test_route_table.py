"""The table of pages follows the settings."""

import pytest

from carboy.auth import auth_state
from carboy.auth.pages.route_table import list_pages


@pytest.mark.parametrize(
    ("config", "has", "has_not"),
    [
        ({}, {"passkey_login", "register", "code"}, {"passkey_step", "logins"}),
        ({"AUTH_PASSKEYS": "both"}, {"passkey_login", "passkey_step"}, set()),
        ({"AUTH_PASSKEYS": "second"}, {"passkey_step"}, {"passkey_login"}),
        ({"AUTH_PASSKEYS": "off"}, {"two_step"}, {"passkeys", "add_passkey"}),
        ({"AUTH_REGISTRATION": False}, {"login"}, {"register"}),
        ({"AUTH_EMAIL_CODES": False}, {"login"}, {"code", "code_request"}),
    ],
)
def test_pages_are_there_where_a_setting_wants_them(make_site, config, has, has_not):
    state = auth_state.of(make_site(**config).app)

    names = [name for _, _, name, _ in list_pages(state)]

    assert has <= set(names)
    assert not has_not & set(names)
    assert len(names) == len(set(names))
