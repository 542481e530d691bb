"""What the battery holds for an app."""

import pytest

from carboy.errors import SettingsError
from carboy.i18n.state import languages_state, make_offered


def test_the_first_language_is_the_default():
    assert make_offered((), None) == (("en",), "en")
    assert make_offered(("de", "en"), None) == (("de", "en"), "de")
    assert make_offered((), "fr") == (("fr",), "fr")
    with pytest.raises(SettingsError):
        make_offered(("de",), "en")


def test_a_catalogue_is_read_once_until_it_is_forgotten(make_app):
    languages = languages_state.of(make_app())
    first = languages.translator("zh-CN")
    assert languages.translator("zh-CN") is first
    languages.forget_catalogues()
    assert languages.translator("zh-CN") is not first


def test_a_wish_finds_an_offered_language(make_app):
    languages = languages_state.of(make_app())
    assert languages.match("zh") == "zh-CN"
    assert languages.match(None) is None
    assert languages.match("fr") is None
