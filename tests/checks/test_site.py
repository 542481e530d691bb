"""A site with a weak secret, no hosts or unknown names does not start."""

import pytest

from carboy import Carboy, Settings
from carboy.errors import ConfigError


def site(tmp_path, **values):
    environ = {"CARBOY_PROFILE": "production", "SECRET_KEY": "k" * 40}
    environ |= {"TRUSTED_HOSTS": "example.com"} | values
    return Carboy("shop", settings=Settings.load(root=tmp_path, environ=environ))


def test_a_site_without_mistakes_starts(tmp_path):
    assert [c for c in site(tmp_path).start() if c.level == "error"] == []


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY has 5 characters"),
        (
            {"SECRET_KEY": "you-will-never-guess-this-in-a-hundred-years"},
            "known example",
        ),
        ({"TRUSTED_HOSTS": ""}, "core.E002"),
        ({"CARBOY_DEBUG": "true"}, "core.E003"),
        ({"HEADERS_FRAM": "DENY"}, "Did you mean HEADERS_FRAME"),
    ],
)
def test_an_unsafe_setting_stops_the_start(tmp_path, values, text):
    with pytest.raises(ConfigError, match=text):
        site(tmp_path, **values).start()


def test_checks_run_at_the_first_request_of_other_servers(tmp_path):
    app = site(tmp_path, SECRET_KEY="")

    with pytest.raises(ConfigError, match=r"core.E001"):
        app.test_client().get("/")


def test_settings_of_an_unused_battery_are_reported(tmp_path):
    (tmp_path / "settings.toml").write_text("[cache]\ntimeout = 5\n")

    assert "core.W001" in {check.id for check in site(tmp_path).start()}


def test_a_wrong_value_of_an_unused_battery_is_refused_with_its_place(tmp_path):
    (tmp_path / "settings.toml").write_text("\n[cache]\ntimeout = 'soon'\n")

    with pytest.raises(ConfigError, match=r"core.E005: CACHE_TIMEOUT = 'soon' \(sett"):
        site(tmp_path).start()


@pytest.mark.parametrize("name", [*Settings.obsolete])
def test_an_old_setting_of_flask_is_reported_with_the_edit(tmp_path, name):
    kind = type("Config", (), {name: False, "SECRET_KEY": "k" * 40})
    environ = {"CARBOY_PROFILE": "production", "TRUSTED_HOSTS": "example.com"}
    app = Carboy("shop", settings=Settings.load(kind, root=tmp_path, environ=environ))

    (check,) = [check for check in app.start() if check.id == "core.W002"]

    assert name in check.message
    assert check.hint == Settings.obsolete[name]


def test_an_old_setting_in_a_file_of_the_site_is_a_warning_too(tmp_path):
    (tmp_path / ".env").write_text("JSON_AS_ASCII=false\n")
    (tmp_path / "settings.toml").write_text("jsonify_mimetype = 'text/json'\n")

    checks = [check for check in site(tmp_path).start() if check.id == "core.W002"]

    assert [check.message.split()[0] for check in checks] == [
        "JSON_AS_ASCII",
        "JSONIFY_MIMETYPE",
    ]
