"""The settings of languages are defined once, for both kinds of apps."""

from carboy import Settings
from carboy.i18n import LanguageSettings


def test_a_site_and_an_app_without_settings_have_the_same_fields():
    site = {field.name: field for field in Settings.fields()}

    for field in LanguageSettings.fields():
        assert field == site[field.name]


def test_no_old_name_is_lost():
    names = {key for field in LanguageSettings.fields() for key in field.keys}

    assert {"LANGUAGES", "LANGUAGE", "TIME_ZONE", "BABEL_DOMAIN"} <= names
    assert {"BABEL_DEFAULT_LOCALE", "BABEL_DEFAULT_TIMEZONE"} <= names
