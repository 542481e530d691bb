"""A site needs the settings of Flask 3.1; an app without settings does not."""

import pytest
from flask import Flask

from carboy import Carboy, Settings
from carboy.errors import ConfigError


@pytest.fixture
def old_flask(monkeypatch):
    settings = dict(Flask.default_config)
    settings.pop("TRUSTED_HOSTS", None)
    monkeypatch.setattr(Flask, "default_config", settings)


@pytest.mark.usefixtures("old_flask")
def test_a_site_is_refused_where_flask_ignores_its_settings():
    settings = Settings(profile="testing", secret_key="k" * 40)

    with pytest.raises(ConfigError, match=r"ignores TRUSTED_HOSTS .*'flask>=3\.1'"):
        Carboy("shop", settings=settings)


def test_an_app_without_settings_works_on_every_flask():
    app = Carboy("shop")
    app.add_url_rule("/", "hello", lambda: "hello")

    assert app.test_client().get("/").text == "hello"
