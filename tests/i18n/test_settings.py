"""Settings of languages."""

import pytest

from carboy import Carboy, Settings
from carboy.errors import SettingsError
from carboy.i18n import languages_state


def test_names_of_flask_babel_work(make_app):
    app = make_app(BABEL_DEFAULT_LOCALE="zh-CN", BABEL_DEFAULT_TIMEZONE="Asia/Shanghai")

    languages = languages_state.of(app)
    assert languages.default == "zh-CN"
    assert languages.time_zone == "Asia/Shanghai"


def test_a_default_that_is_not_offered_is_refused(make_app):
    with pytest.raises(SettingsError, match="LANGUAGE = 'de' is not among"):
        make_app(LANGUAGE="de")


def test_an_unknown_time_zone_is_refused(make_app):
    with pytest.raises(SettingsError, match="TIME_ZONE = 'Mars/Base'"):
        make_app(TIME_ZONE="Mars/Base")


def test_languages_may_be_the_default_of_a_field_or_given_in_code():
    class OwnSettings(Settings, frozen=True, kw_only=True):
        languages: tuple[str, ...] = ("en", "zh-CN")

    for settings in (OwnSettings(), Settings(languages=("en", "zh-CN"))):
        app = Carboy("shop", settings=settings)
        app.use()

        assert languages_state.of(app).offered == ("en", "zh-CN")
