"""Session settings are parsed, or refused with the values that are allowed."""

import pytest

from carboy.errors import SettingsError
from carboy.sessions import SessionSettings


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (None, "cookie"),
        ("null", "cookie"),
        ("Redis", "redis"),
        ("filesystem", "filesystem"),
        ("cachelib", "filesystem"),
        ("sqlalchemy", "sqlalchemy"),
        ("database", "sqlalchemy"),
        ("memory", "memory"),
    ],
)
def test_aliases_of_the_type_are_resolved(name, kind):
    values = {} if name is None else {"SESSION_TYPE": name}

    assert SessionSettings.read(values).kind == kind


@pytest.mark.parametrize("name", ["memcached", "mongodb", "dynamodb", "sqlite"])
def test_an_unknown_type_says_are_allowed(name):
    with pytest.raises(SettingsError, match=r"is not known. Use one of cookie, mem"):
        _ = SessionSettings.read({"SESSION_TYPE": name}).kind


def test_a_short_id_is_refused():
    with pytest.raises(SettingsError, match="SESSION_ID_LENGTH = 8"):
        SessionSettings.read({"SESSION_ID_LENGTH": 8})
