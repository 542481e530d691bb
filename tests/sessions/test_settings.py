"""What sessions are told is understood, or refused with what would be right."""

import pytest

from carboy.errors import SettingsError
from carboy.sessions import SessionSettings
from carboy.sessions.settings import Lifetime

LIFETIME = Lifetime(idle=100, absolute=1000, permanent=5000)


@pytest.mark.parametrize(
    ("given", "kind"),
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
def test_old_and_new_words_for_the_type(given, kind):
    values = {} if given is None else {"SESSION_TYPE": given}

    assert SessionSettings.read(values).kind == kind


@pytest.mark.parametrize("given", ["memcached", "mongodb", "dynamodb", "sqlite"])
def test_an_unknown_type_says_which_there_are(given):
    with pytest.raises(SettingsError, match=r"is not known. It is one of cookie, mem"):
        _ = SessionSettings.read({"SESSION_TYPE": given}).kind


def test_a_short_id_is_refused():
    with pytest.raises(SettingsError, match="SESSION_ID_LENGTH = 8"):
        SessionSettings.read({"SESSION_ID_LENGTH": 8})


def test_a_session_ends_by_whichever_comes_first():
    assert LIFETIME.end(0, 50, permanent=False) == 150
    assert LIFETIME.end(0, 950, permanent=False) == 1000
    assert LIFETIME.end(0, 50, permanent=True) == 5000


def test_a_visit_is_due_after_a_tenth():
    assert not LIFETIME.needs_touch(0, 9, permanent=False)
    assert LIFETIME.needs_touch(0, 10, permanent=False)
    assert not LIFETIME.needs_touch(0, 10, permanent=True)
