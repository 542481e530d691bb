"""Settings of accounts."""

from datetime import timedelta

import pytest

from carboy.auth import AuthSettings
from carboy.errors import ConfigError


def test_the_names_of_flask_login_work():
    read = AuthSettings.read({
        "REMEMBER_COOKIE_NAME": "r",
        "REMEMBER_COOKIE_DURATION": timedelta(days=3),
    })
    assert read.remember_cookie == "r"
    assert read.remember_duration == timedelta(days=3)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PASSWORD_MIN", 4), ("ARGON2_TIME", 0), ("FRESH_FOR", 1), ("PAGES", "perhaps")],
)
def test_values_that_make_accounts_weak_are_refused(name, value):
    with pytest.raises(ConfigError, match=f"AUTH_{name}"):
        AuthSettings.read({f"AUTH_{name}": value})
