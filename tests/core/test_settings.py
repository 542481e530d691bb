"""Settings come from five layers, later wins, and mistakes stop the start."""

import stat
from typing import ClassVar

import pytest

from carboy import Carboy, Settings
from carboy.core import Extension, Section
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
    load(tmp_path, {"DEBUGGER": "*", "PATH": "/bin", "SESSION_MANAGER": "local"})


SWITCHES = ("DEBUG", "TESTING", "HTTPS", "HTTPS_REDIRECT", "SESSION_COOKIE_SECURE")


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize("prefix", ["", "CARBOY_"])
@pytest.mark.parametrize("place", ["environment", ".env"])
def test_every_setting_is_read_with_and_without_the_prefix(
    tmp_path, place, prefix, name
):
    for text, value in (("true", True), ("FALSE", False), ("on", True), ("no", False)):
        environ = write_setting(tmp_path, place, prefix + name, text)

        settings = load(tmp_path, environ)

        assert getattr(settings, name.lower()) is value
        assert settings.origins[name].startswith(place)


@pytest.mark.parametrize("name", [*SWITCHES, "PROXY_HOPS", "MAX_FORM_PARTS"])
@pytest.mark.parametrize("prefix", ["", "CARBOY_"])
@pytest.mark.parametrize("place", ["environment", ".env"])
def test_a_wrong_value_is_refused_wherever_it_stands(tmp_path, place, prefix, name):
    environ = write_setting(tmp_path, place, prefix + name, "maybe")

    with pytest.raises(SettingsError) as caught:
        load(tmp_path, environ)

    message = str(caught.value)
    assert f"{name} = 'maybe' ({place}" in message
    assert "it must be true or false" in message or "a whole number" in message


@pytest.mark.parametrize(
    ("place", "text"),
    [("settings.toml", "https = 'maybe'"), ("settings.toml", "proxy_hops = 11")],
)
def test_a_wrong_value_in_a_file_is_refused_with_its_line(tmp_path, place, text):
    (tmp_path / place).write_text(text)

    with pytest.raises(SettingsError, match=rf"\({place} line 1\).*it must be"):
        load(tmp_path)


def test_a_wrong_value_on_a_class_is_refused_with_its_name(tmp_path):
    class Config:
        HTTPS = "maybe"

    with pytest.raises(SettingsError, match=r"HTTPS = 'maybe' \(.*Config\)"):
        Settings.load(Config, root=tmp_path, environ={"CARBOY_PROFILE": "testing"})


def test_a_name_with_the_prefix_wins_and_is_the_way_out(tmp_path):
    with pytest.raises(SettingsError, match="set CARBOY_DEBUG in the environment"):
        load(tmp_path, {"DEBUG": "*"})

    environ = {"CARBOY_DEBUG": "true", "DEBUG": "*"}
    assert load(tmp_path, environ).is_debug is True
    assert load(tmp_path, dict(reversed(environ.items()))).is_debug is True


@pytest.mark.parametrize("place", ["environment", ".env"])
def test_a_misspelt_name_with_the_prefix_is_reported_as_it_is_written(tmp_path, place):
    environ = write_setting(tmp_path, place, "CARBOY_HTPPS", "false")

    with pytest.raises(SettingsError, match=r"^CARBOY_HTPPS .*Did you mean HTTPS"):
        load(tmp_path, environ)


def test_the_profile_has_the_same_spelling(tmp_path):
    (tmp_path / ".env").write_text("PROFILE=testing")

    assert ShopSettings.load(root=tmp_path, environ={}).profile == "testing"
    environ = {"PROFILE": "development"}
    assert ShopSettings.load(root=tmp_path, environ=environ).profile == "development"
    environ |= {"CARBOY_PROFILE": "production"}
    assert ShopSettings.load(root=tmp_path, environ=environ).profile == "production"
    (tmp_path / ".env").write_text("\nPROFILE=tetsing")
    with pytest.raises(SettingsError, match=r"\.env line 2\).*Did you mean testing"):
        ShopSettings.load(root=tmp_path, environ={})


def test_a_profile_in_the_toml_file_is_refused(tmp_path):
    (tmp_path / "settings.toml").write_text("profile = 'development'")

    with pytest.raises(SettingsError, match=r"settings.toml line 1.*CARBOY_PROFILE"):
        load(tmp_path)


def test_the_options_of_a_choice_are_named_and_their_case_does_not_matter(tmp_path):
    environ = {"SESSION_COOKIE_SAMESITE": "strict"}
    assert load(tmp_path, environ).session_cookie_samesite == "Strict"

    with pytest.raises(SettingsError, match="it must be one of Lax, Strict, None"):
        load(tmp_path, {"SESSION_COOKIE_SAMESITE": "loose"})


def write_setting(folder, place, name, text):
    """Write a setting to a place; return the environment."""
    if place == "environment":
        return {name: text}
    (folder / ".env").write_text(f"{name}={text}\n")
    return {}


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


def test_the_cookie_of_the_session_can_be_set_apart_from_https(tmp_path):
    production = {"CARBOY_PROFILE": "production"}

    plain = load(tmp_path, production | {"SESSION_COOKIE_SECURE": "false"}).config()
    mounted = load(tmp_path, production | {"APPLICATION_ROOT": "/shop"}).config()

    assert plain["SESSION_COOKIE_SECURE"] is False
    assert plain["SESSION_COOKIE_NAME"] == "session"
    # Browsers refuse a __Host- cookie with a path.
    assert mounted["SESSION_COOKIE_NAME"] == "__Secure-session"


def test_settings_made_in_code_read_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SHOP_NAME=dotenv")

    assert ShopSettings(secret_key=SECRET).shop_name == "Shop"


def test_no_secret_is_printed(tmp_path):
    settings = load(tmp_path, {"SECRET_KEY": "canary" * 8})

    assert "canary" not in repr(settings)
    assert "canary" not in str(settings)


def test_a_misspelt_name_of_a_battery_in_dotenv_is_warned_of(tmp_path):
    (tmp_path / ".env").write_text("DATABSE_URL=sqlite:///x.db\nGIT_EDITOR=vi\n")

    app = Carboy("shop", settings=load(tmp_path))

    (found,) = [check for check in app.start() if check.id == "core.W003"]
    assert "DATABSE_URL (.env line 1)" in found.message
    assert "Did you mean DATABASE_URL?" in found.message


def test_a_field_in_capitals_is_refused_with_the_way_out():
    with pytest.raises(SettingsError, match=r"HTML_PAGES is a .* `html_pages: …`"):

        class Loud(Settings, frozen=True, kw_only=True):
            HTML_PAGES: bool = False


def test_a_name_in_capitals_without_a_type_is_read(tmp_path):
    class Plain(Settings, frozen=True, kw_only=True):
        HTML_PAGES = False
        CACHE_TIMEOUT: ClassVar[int] = 7

    settings = Plain.load(root=tmp_path, environ={"CARBOY_PROFILE": "testing"})

    assert settings.html_pages is False
    assert settings.cache.timeout == 7


def test_names_in_capitals_are_read_without_load():
    class Plain(Settings, frozen=True, kw_only=True):
        HTML_PAGES = False
        CACHE_TIMEOUT = 7

    settings = Plain(profile="testing", secret_key=SECRET)

    assert settings.html_pages is False
    assert settings.cache.timeout == 7
    assert settings.is_set("CACHE_TIMEOUT")
    assert settings.origins["CACHE_TIMEOUT"].endswith("Plain")
    assert Carboy("shop", settings=settings).config["CACHE_TIMEOUT"] == 7


def test_an_argument_wins_over_the_name_in_capitals_on_the_class():
    class Plain(Settings, frozen=True, kw_only=True):
        LANGUAGE = "zh-CN"

    assert Plain().language == "zh-CN"
    assert Plain(language="fr").language == "fr"


def test_a_wrong_value_in_capitals_is_refused_without_load():
    class Plain(Settings, frozen=True, kw_only=True):
        HTML_PAGES = "maybe"

    with pytest.raises(SettingsError, match="HTML_PAGES = 'maybe'"):
        Plain()


class MarketSettings(Section, frozen=True, kw_only=True):
    prefix: ClassVar[str] = "MARKET"

    size: int = 1
    url_prefix: str = "/market"


class Market(Extension):
    name = "market"

    def install(self, wiring):
        self.settings = wiring.settings(MarketSettings)


@pytest.mark.parametrize(
    ("dotenv", "environ", "size", "origin"),
    [
        ("", {"MARKET_SIZE": "3"}, 3, "environment MARKET_SIZE"),
        ("MARKET_SIZE=2", {}, 2, ".env line 1"),
        ("MARKET_SIZE=2", {"CARBOY_MARKET_SIZE": "3"}, 3, "environment CARBOY_M"),
        ("CARBOY_MARKET_SIZE=2", {}, 2, ".env line 1"),
        ("", {}, 7, "Site"),
    ],
)
def test_a_module_that_is_installed_has_its_settings_from_every_layer(
    tmp_path, dotenv, environ, size, origin
):
    class Site(Settings, frozen=True, kw_only=True):
        MARKET_SIZE = 7

    (tmp_path / ".env").write_text(dotenv)
    environ = {"CARBOY_PROFILE": "testing"} | environ
    market = Market()

    app = Carboy("shop", settings=Site.load(root=tmp_path, environ=environ))
    app.use(market)

    assert market.settings.size == size
    assert app.config["MARKET_SIZE"] == size
    assert origin in app.config.origins["MARKET_SIZE"]


def test_a_wrong_value_of_a_module_is_refused_with_its_place(tmp_path):
    app = Carboy("shop", settings=load(tmp_path, {"MARKET_SIZE": "many"}))

    with pytest.raises(SettingsError, match=r"'many' \(environment MARKET_SIZE\)"):
        app.use(Market())


def test_a_misspelt_setting_of_a_module_is_warned_of(tmp_path):
    (tmp_path / ".env").write_text("MARKET_SIEZ=3\n")
    app = Carboy("shop", settings=load(tmp_path)).use(Market())

    (found,) = [check for check in app.start() if check.id == "core.W003"]

    assert "MARKET_SIEZ (.env line 1)" in found.message
    assert "Did you mean MARKET_SIZE?" in found.message
