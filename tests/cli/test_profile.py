"""If this passes, a command uses its profile unless another one is configured."""

import os

import pytest
from flask import Flask

from carboy import Carboy, Settings
from carboy.cli.profile import is_development, use_profile


def test_the_profile_of_the_command_is_the_default(folder):
    use_profile("development")

    assert os.environ["CARBOY_PROFILE"] == "development"


@pytest.mark.parametrize("name", ["CARBOY_PROFILE", "FLASK_ENV"])
def test_the_environment_takes_precedence(folder, monkeypatch, name):
    monkeypatch.setenv(name, "testing")

    use_profile("development")

    assert os.environ.get("CARBOY_PROFILE") != "development"


def test_dotenv_takes_precedence_except_in_production(folder, write):
    write(".env", "CARBOY_PROFILE=development\n")

    use_profile("testing")
    assert "CARBOY_PROFILE" not in os.environ

    use_profile("production", over_dotenv=True)
    assert os.environ["CARBOY_PROFILE"] == "production"


def test_an_empty_value_in_dotenv_is_ignored(folder, write):
    write(".env", "# CARBOY_PROFILE=x\nCARBOY_PROFILE=\n")

    use_profile("development")

    assert os.environ["CARBOY_PROFILE"] == "development"


def test_is_development_reads_settings_or_the_environment(folder, monkeypatch):
    settings = Settings.load(root=folder, environ={}, profile="development")

    assert is_development(Carboy("shop", settings=settings))
    assert not is_development(Flask("shop"))
    monkeypatch.setenv("CARBOY_PROFILE", "development")
    assert is_development(Flask("shop"))
