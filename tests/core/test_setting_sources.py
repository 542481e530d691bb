"""Files and classes are read into settings with their origin."""

import sys
import types

import pytest

from carboy.core.setting_sources import read_dotenv, read_object, read_toml
from carboy.errors import SettingsError


def test_dotenv_files_of_shells_and_compose_are_read(tmp_path):
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\n"
        "\n"
        "PLAIN=a b # and a comment\n"
        "export EXPORTED=yes\n"
        "SINGLE='as $it is # here'\n"
        'DOUBLE="two\\nlines \\"quoted\\"" # comment\n'
        "EMPTY=\n"
        "HASH=a#b\n"
    )

    values = {key: value for key, (value, _) in read_dotenv(file).items()}

    assert values == {
        "PLAIN": "a b",
        "EXPORTED": "yes",
        "SINGLE": "as $it is # here",
        "DOUBLE": 'two\nlines "quoted"',
        "EMPTY": "",
        "HASH": "a#b",
    }


@pytest.mark.parametrize("line", ["NO EQUALS", "1A=b", "A='open", 'A="x" rest', "=b"])
def test_an_invalid_dotenv_line_is_reported_without_its_value(tmp_path, line):
    file = tmp_path / ".env"
    file.write_text(f"OK=1\n{line}\n")

    with pytest.raises(SettingsError, match=r"\.env line 2 cannot be read"):
        read_dotenv(file)


def test_no_part_of_an_invalid_line_but_its_name_is_shown(tmp_path):
    file = tmp_path / ".env"
    file.write_text("SECRET_KEY 'canary'\n")

    with pytest.raises(SettingsError) as caught:
        read_dotenv(file)

    assert "canary" not in str(caught.value)


def test_toml_tables_are_sections_and_the_profile_wins(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text(
        'shop_name = "A"\n'
        "[cache]\n"
        "timeout = 5\n"
        "[config]\n"
        'BABEL_DEFAULT_LOCALE = "zh"\n'
        "[production]\n"
        'shop_name = "B"\n'
        "[production.cache]\n"
        "timeout = 50\n"
    )

    values = {t.key: t for t in read_toml(file, "production")}
    other = {t.key: t.value for t in read_toml(file, "development")}

    assert values["SHOP_NAME"].value == "B"
    assert values["CACHE_TIMEOUT"].value == 50
    assert values["CACHE_TIMEOUT"].owned
    assert not values["BABEL_DEFAULT_LOCALE"].owned
    assert other == {
        "SHOP_NAME": "A",
        "CACHE_TIMEOUT": 5,
        "BABEL_DEFAULT_LOCALE": "zh",
    }
    assert "line" in values["CACHE_TIMEOUT"].origin


def test_invalid_toml_is_reported_with_its_line(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("a = 1\nb = = 2\n")

    with pytest.raises(SettingsError, match=r"settings.toml is not valid TOML.*line 2"):
        read_toml(file, "production")


def test_the_class_of_the_profile_is_read_from_a_module(monkeypatch):
    module = types.ModuleType("sample_settings")
    module.Config = type("Config", (), {"A": 1, "__module__": "sample_settings"})
    module.ProductionConfig = type(
        "ProductionConfig", (module.Config,), {"B": 2, "__module__": "sample_settings"}
    )
    monkeypatch.setitem(sys.modules, "sample_settings", module)

    production = {t.key: t.value for t in read_object("sample_settings", "production")}
    testing = {t.key: t.value for t in read_object("sample_settings", "testing")}
    dotted = read_object("sample_settings.ProductionConfig", "testing")

    assert production == {"A": 1, "B": 2}
    assert testing == {"A": 1}
    assert {t.key for t in dotted} == {"A", "B"}


@pytest.mark.parametrize(
    "path", ["no_such_thing", "carboy.no_such", "carboy.core.Nope"]
)
def test_a_path_that_cannot_be_imported_is_reported(path):
    with pytest.raises(SettingsError, match=path):
        read_object(path, "production")


def test_the_mark_at_the_start_of_files_of_windows_is_dropped(tmp_path):
    dotenv, toml = tmp_path / ".env", tmp_path / "settings.toml"
    dotenv.write_text("FIRST=1\r\nSECOND=2\r\n", "utf-8-sig")
    toml.write_text("first = 1\n", "utf-8-sig")

    assert read_dotenv(dotenv) == {"FIRST": ("1", 1), "SECOND": ("2", 2)}
    assert [one.value for one in read_toml(toml, "development")] == [1]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_named_without_the_value(tmp_path, encoding):
    dotenv, toml = tmp_path / ".env", tmp_path / "settings.toml"
    for file in (dotenv, toml):
        file.write_text('NAME="café"\n', encoding)

    for read in (lambda: read_dotenv(dotenv), lambda: read_toml(toml, "testing")):
        with pytest.raises(SettingsError, match="is not UTF-8") as caught:
            read()
        assert "caf" not in str(caught.value)
