"""Settings come from five layers, later wins, and mistakes stop the start."""

import stat

import pytest

from carboy import Settings
from carboy.errors import SettingsError


class ShopSettings(Settings, frozen=True, kw_only=True):
    shop_name: str = "Shop"
    CACHE_TIMEOUT = 60


SECRET = "s" * 40


def load(tmp_path, environ=None, **overrides):
    environ = {"CARBOY_PROFILE": "testing", **(environ or {})}
    return ShopSettings.load(root=tmp_path, environ=environ, **overrides)


def test_later_layers_win(tmp_path):
    assert load(tmp_path).shop_name == "Shop"
    (tmp_path / "settings.toml").write_text('shop_name = "toml"')
    assert load(tmp_path).shop_name == "toml"
    (tmp_path / ".env").write_text("SHOP_NAME=dotenv")
    assert load(tmp_path).shop_name == "dotenv"
    assert load(tmp_path, {"SHOP_NAME": "environ"}).shop_name == "environ"
    assert load(tmp_path, {"SHOP_NAME": "environ"}, shop_name="x").shop_name == "x"


def test_each_value_has_its_origin(tmp_path):
    (tmp_path / "settings.toml").write_text('\nshop_name = "toml"')
    (tmp_path / ".env").write_text("MAX_FORM_PARTS=5")

    origins = load(tmp_path, {"TRUSTED_HOSTS": "a.example"}).origins

    assert origins["SHOP_NAME"] == "settings.toml line 2"
    assert origins["MAX_FORM_PARTS"] == ".env line 1"
    assert origins["TRUSTED_HOSTS"] == "environment TRUSTED_HOSTS"
    assert origins["CACHE_TIMEOUT"].endswith("ShopSettings")


@pytest.mark.parametrize(
    ("place", "text"),
    [("settings.toml", "shop_nam = 'x'"), (".env", "SHOP_NAM=x")],
)
def test_a_misspelt_name_is_reported_with_its_origin_and_the_right_name(
    tmp_path, place, text
):
    (tmp_path / place).write_text(text)

    with pytest.raises(SettingsError, match=rf"SHOP_NAM \({place} line 1\).*SHOP_NAME"):
        load(tmp_path)


def test_a_wrong_type_is_reported_with_its_origin(tmp_path):
    (tmp_path / "settings.toml").write_text("shop_name = 'a'\nmax_form_parts = 'many'")

    with pytest.raises(
        SettingsError, match=r"MAX_FORM_PARTS = 'many' \(settings.toml li"
    ):
        load(tmp_path)


def test_names_of_other_programs_in_the_environment_are_ignored(tmp_path):
    settings = load(
        tmp_path, {"DEBUG": "*", "PATH": "/bin", "SESSION_MANAGER": "local"}
    )

    assert settings.is_debug is False


def test_debug_in_the_environment_needs_the_prefix(tmp_path):
    assert load(tmp_path, {"CARBOY_DEBUG": "1"}).is_debug is True


def test_the_secret_of_development_is_not_in_the_repository(tmp_path):
    first = load(tmp_path, {"CARBOY_PROFILE": "development"})
    second = load(tmp_path, {"CARBOY_PROFILE": "development"})

    file = tmp_path / "instance" / "secret-key"
    assert first.secret_key == second.secret_key == file.read_text()
    assert len(first.secret_key) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (tmp_path / "instance" / ".gitignore").read_text() == "*\n"


def test_production_generates_no_secret(tmp_path):
    settings = load(tmp_path, {"CARBOY_PROFILE": "production"})

    assert settings.secret_key == ""
    assert not (tmp_path / "instance").exists()


def test_the_old_name_of_the_profile_works(tmp_path):
    environ = {"FLASK_ENV": "development"}

    assert ShopSettings.load(root=tmp_path, environ=environ).profile == "development"


def test_an_unknown_profile_is_reported_with_the_nearest_one(tmp_path):
    with pytest.raises(SettingsError, match="Did you mean production"):
        load(tmp_path, {"CARBOY_PROFILE": "prodction"})


def test_cookies_are_secure_if_visitors_use_https(tmp_path):
    production = load(tmp_path, {"CARBOY_PROFILE": "production"}).config()
    testing = load(tmp_path).config()

    assert production["SESSION_COOKIE_SECURE"] is True
    assert production["SESSION_COOKIE_NAME"] == "__Host-session"
    assert production["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert testing["SESSION_COOKIE_SECURE"] is False
    assert testing["SESSION_COOKIE_NAME"] == "session"


def test_settings_made_in_code_read_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SHOP_NAME=dotenv")

    assert ShopSettings(secret_key=SECRET).shop_name == "Shop"


def test_no_secret_is_printed(tmp_path):
    settings = load(tmp_path, {"SECRET_KEY": "canary" * 8})

    assert "canary" not in repr(settings)
    assert "canary" not in str(settings)
