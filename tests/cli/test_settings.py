"""If this passes, each setting shows its value and origin, and no secret."""

import json

import pytest

SECRET = "canary-" * 8


@pytest.fixture
def told(site, write, monkeypatch):
    write(".env", f"SECRET_KEY={SECRET}\n")
    write("settings.toml", 'shop_name = "Balloon"\n')
    monkeypatch.setenv("LOG_LEVEL", "WARNING")


def row(done, name):
    line = next(line for line in done.out.splitlines() if line.startswith(f"{name} "))
    return line.removeprefix(name).split()


def test_value_and_origin_are_shown(carboy, told):
    done = carboy("settings")

    assert row(done, "SHOP_NAME") == ["'Balloon'", "settings.toml", "line", "1"]
    assert row(done, "LOG_LEVEL")[1:] == ["environment", "LOG_LEVEL"]
    assert row(done, "PROXY_HOPS") == ["0", "default"]


def test_a_secret_is_never_printed(carboy, told):
    for options in ([], ["--json"], ["--doc"], ["secret_key"]):
        done = carboy("settings", *options)

        assert SECRET not in done.out + done.err
        assert "********" in done.out


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

    done = carboy("settings", *options)

    assert "SESSION_URL" in done.out
    assert "xqz" not in done.out
    assert "wvj" not in done.out


def test_settings_are_found_by_their_beginning(carboy, told):
    done = carboy("settings", "shop", "secret-key")

    names = [line.split()[0] for line in done.out.splitlines()[2:]]
    assert names == ["SECRET_KEY", "SECRET_KEY_FALLBACKS", "SHOP_NAME"]


def test_only_what_somebody_wrote_is_shown_when_asked(carboy, told):
    done = carboy("settings", "--changed")

    assert "SHOP_NAME" in done.out
    assert "PROXY_HOPS" not in done.out


def test_json_is_for_programs(carboy, told):
    data = json.loads(carboy("settings", "--json").out)

    assert data["SHOP_NAME"] == {"value": "'Balloon'", "origin": "settings.toml line 1"}


def test_what_a_setting_is_for_is_told(carboy, told):
    assert "Signs cookies" in carboy("settings", "--doc", "secret_key").out


def test_an_unknown_name_is_told(carboy, told):
    assert carboy("settings", "nothing").out == "No setting is called NOTHING.\n"


def test_a_plain_app_shows_its_config(carboy, plain):
    done = carboy("settings", "max_content_length", "debug")

    assert row(done, "MAX_CONTENT_LENGTH") == ["None", "default"]
