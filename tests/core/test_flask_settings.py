"""If this passes, every setting of Flask is read with its type."""

from datetime import timedelta

from flask import Flask

from carboy import Settings
from carboy.core.flask_settings import FlaskSettings


def test_every_setting_of_flask_has_a_type():
    names = {field.key for field in FlaskSettings.fields()}

    assert names == set(Flask.default_config)


def test_text_from_an_environment_becomes_what_flask_expects(tmp_path):
    config = Settings.load(
        root=tmp_path,
        environ={
            "CARBOY_PROFILE": "testing",
            "SESSION_COOKIE_HTTPONLY": "false",
            "TEMPLATES_AUTO_RELOAD": "true",
            "SEND_FILE_MAX_AGE_DEFAULT": "60",
            "PREFERRED_URL_SCHEME": "https",
        },
    ).config()

    assert config["SESSION_COOKIE_HTTPONLY"] is False
    assert config["TEMPLATES_AUTO_RELOAD"] is True
    assert config["SEND_FILE_MAX_AGE_DEFAULT"] == timedelta(seconds=60)
    assert config["PREFERRED_URL_SCHEME"] == "https"


def test_what_is_not_set_has_the_value_of_flask_or_a_stricter_one(tmp_path):
    environ = {"CARBOY_PROFILE": "testing"}
    config = Settings.load(root=tmp_path, environ=environ).config()

    different = {
        name for name, value in Flask.default_config.items() if config[name] != value
    }
    assert different == {
        *("DEBUG", "TESTING", "SECRET_KEY", "MAX_CONTENT_LENGTH"),
        *("PERMANENT_SESSION_LIFETIME", "SESSION_COOKIE_SAMESITE"),
    }
