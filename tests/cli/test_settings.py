"""If this passes, settings are listed with value and origin, without secrets."""

import json

import pytest

SECRET = "canary-" * 8


@pytest.fixture
def configured(site, write, monkeypatch):
    write(".env", f"SECRET_KEY={SECRET}\n")
    write("settings.toml", 'shop_name = "Balloon"\n')
    monkeypatch.setenv("LOG_LEVEL", "WARNING")


def row(result, name):
    line = next(line for line in result.out.splitlines() if line.startswith(f"{name} "))
    return line.removeprefix(name).split()


def test_value_and_origin_are_shown(carboy, configured):
    result = carboy("settings")

    assert row(result, "SHOP_NAME") == ["'Balloon'", "settings.toml", "line", "1"]
    assert row(result, "LOG_LEVEL")[1:] == ["environment", "LOG_LEVEL"]
    assert row(result, "PROXY_HOPS") == ["0", "default"]


def test_a_secret_is_never_printed(carboy, configured):
    for options in ([], ["--json"], ["--doc"], ["secret_key"]):
        result = carboy("settings", *options)

        assert SECRET not in result.out + result.err
        assert "********" in result.out


def test_passwords_in_urls_are_never_printed(carboy, write):
    write(
        "app.py",
        """
        from flask import Flask
        app = Flask(__name__)
        app.config.update(
            DATABASE_URI="mysql://root:canary7@db/x",
            API_TOKEN="canary7",
            SECRET_KEY="canary7",
        )
        """,
    )

    assert "canary7" not in carboy("settings").out


@pytest.mark.parametrize("password", ["xqz/wvj", "xqz@wvj", "xqz?a=wvj", "xqz wvj"])
@pytest.mark.parametrize("options", [[], ["--json"], ["--doc"]])
def test_no_part_of_an_unquoted_password_is_printed(carboy, write, password, options):
    write(
        "app.py",
        f"""
        from carboy import Carboy, Settings
        app = Carboy(__name__, settings=Settings.load(
            {{"SESSION_URL": "redis://u:{password}@db/x"}}, secret_key="k" * 40
        ))
        app.use()
        """,
    )

    result = carboy("settings", *options)

    assert "SESSION_URL" in result.out
    assert "xqz" not in result.out
    assert "wvj" not in result.out


def test_settings_are_filtered_by_prefix(carboy, configured):
    result = carboy("settings", "shop", "secret-key")

    names = [line.split()[0] for line in result.out.splitlines()[2:]]
    assert names == ["SECRET_KEY", "SECRET_KEY_FALLBACKS", "SHOP_NAME"]


def test_changed_shows_only_values_that_are_not_defaults(carboy, configured):
    result = carboy("settings", "--changed")

    assert "SHOP_NAME" in result.out
    assert "PROXY_HOPS" not in result.out


def test_json_prints_one_object(carboy, configured):
    data = json.loads(carboy("settings", "--json").out)

    assert data["SHOP_NAME"] == {"value": "'Balloon'", "origin": "settings.toml line 1"}


def test_doc_shows_what_a_setting_does(carboy, configured):
    assert "Signs cookies" in carboy("settings", "--doc", "secret_key").out


def test_an_unknown_name_is_reported(carboy, configured):
    assert carboy("settings", "nothing").out == "No setting is named NOTHING.\n"


def test_a_plain_app_shows_its_config(carboy, plain):
    result = carboy("settings", "max_content_length", "debug")

    assert row(result, "MAX_CONTENT_LENGTH") == ["None", "default"]


def test_the_url_of_a_file_is_shown_and_that_of_a_server_is_not(carboy, write):
    write("pyproject.toml", '[tool.carboy]\napp = "shop:create_app"\n')
    write(
        "shop.py",
        """
        from carboy import Carboy, Settings
        from carboy.db import SQLAlchemy

        def create_app():
            app = Carboy(__name__, settings=Settings.load())
            return app.use(SQLAlchemy())
        """,
    )
    write(".env", "DATABASE_URL=sqlite:///cellar.db\n")
    assert "sqlite:///cellar.db" in carboy("settings", "database_url").out

    write(".env", "DATABASE_URL=postgresql://ada:canary1@h/n\n")
    result = carboy("settings", "database_url")

    assert "********" in result.out
    assert "canary1" not in result.out
