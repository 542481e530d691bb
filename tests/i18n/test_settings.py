"""Settings of languages."""

import pytest

from carboy.errors import SettingsError


def test_names_of_flask_babel_work(make_app):
    app = make_app(BABEL_DEFAULT_LOCALE="zh-CN", BABEL_DEFAULT_TIMEZONE="Asia/Shanghai")
    from carboy.i18n.state import languages_state  # noqa: PLC0415 - of this test

    languages = languages_state.of(app)
    assert languages.default == "zh-CN"
    assert languages.time_zone == "Asia/Shanghai"


def test_a_default_that_is_not_offered_is_refused(make_app):
    with pytest.raises(SettingsError, match="LANGUAGE = 'de' is not among"):
        make_app(LANGUAGE="de")


def test_an_unknown_time_zone_is_refused(make_app):
    with pytest.raises(SettingsError, match="TIME_ZONE = 'Mars/Base'"):
        make_app(TIME_ZONE="Mars/Base")
