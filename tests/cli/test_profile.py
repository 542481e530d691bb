"""If this passes, a command works in its profile unless somebody says otherwise."""

import os

import pytest
from flask import Flask

from carboy import Carboy, Settings
from carboy.cli.profile import is_development, use_profile


def test_the_profile_of_the_command_is_used(folder):
    use_profile("development")

    assert os.environ["CARBOY_PROFILE"] == "development"


@pytest.mark.parametrize("name", ["CARBOY_PROFILE", "FLASK_ENV"])
def test_the_environment_goes_first(folder, monkeypatch, name):
    monkeypatch.setenv(name, "testing")

    use_profile("development")

    assert os.environ.get("CARBOY_PROFILE") != "development"


def test_dotenv_goes_first_except_before_strangers(folder, write):
    write(".env", "CARBOY_PROFILE=development\n")

    use_profile("testing")
    assert "CARBOY_PROFILE" not in os.environ

    use_profile("production", over_dotenv=True)
    assert os.environ["CARBOY_PROFILE"] == "production"


def test_an_empty_line_of_dotenv_tells_nothing(folder, write):
    write(".env", "# CARBOY_PROFILE=x\nCARBOY_PROFILE=\n")

    use_profile("development")

    assert os.environ["CARBOY_PROFILE"] == "development"


def test_an_app_knows_whether_it_is_developed(folder, monkeypatch):
    made = Settings.load(root=folder, environ={}, profile="development")

    assert is_development(Carboy("shop", settings=made))
    assert not is_development(Flask("shop"))
    monkeypatch.setenv("CARBOY_PROFILE", "development")
    assert is_development(Flask("shop"))
