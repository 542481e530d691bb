"""A database is found by its URL or by parts, whatever is in its password."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from carboy.db import DatabaseSettings
from carboy.db.engines import urls
from carboy.db.engines.urls import (
    database_url,
    is_in_memory,
    is_sqlite,
    make_url,
    resolve_sqlite_path,
)
from carboy.errors import SettingsError
from tests.versions import installed

FOLDER = Path("/nowhere")
# SQLAlchemy 2.0 would look for psycopg2.
POSTGRESQL = "postgresql" if installed("sqlalchemy") >= (2, 1) else "postgresql+psycopg"


@given(st.text(st.characters(codec="utf-8", exclude_characters="%"), min_size=1))
def test_any_password_works_in_parts_and_raw_in_a_url(password) -> None:
    settings = DatabaseSettings(host="h", user="u", password=password, name="n")
    by_parts = database_url(settings, FOLDER)
    raw = make_url(f"postgresql://u:{password}@h:5432/n")

    assert by_parts.password == raw.password == password
    assert (raw.host, raw.port, raw.database) == ("h", 5432, "n")
    assert "password=********" in repr(settings)


def test_a_quoted_password_is_read_once() -> None:
    assert make_url("postgresql://u:a%40b@h/n").password == "a@b"  # noqa: S105 - the test's own


@pytest.mark.parametrize(
    ("told", "driver"),
    [
        ("postgres://h/n", POSTGRESQL),
        ("postgresql://h/n", POSTGRESQL),
        ("mysql://h/n", "mysql+pymysql"),
        ("mariadb://h/n", "mariadb+pymysql"),
        ("mysql+pymysql://h/n?charset=utf8", "mysql+pymysql"),
        ("sqlite:///x.db", "sqlite"),
    ],
)
def test_the_driver_that_is_here_is_used(told, driver) -> None:
    assert make_url(told).drivername == driver
    assert make_url(make_url(told)).drivername == driver


def test_without_anything_it_is_a_file(tmp_path) -> None:
    url = database_url(DatabaseSettings(), tmp_path)

    assert (url.drivername, url.database) == ("sqlite", str(tmp_path / "site.db"))


def test_relative_files_lie_in_the_folder(tmp_path) -> None:
    url = resolve_sqlite_path(make_url("sqlite:///deep/x.db"), tmp_path)
    named = resolve_sqlite_path(make_url("sqlite:///file:y.db?uri=true"), tmp_path)

    assert url.database == str(tmp_path / "deep" / "x.db")
    assert named.database == f"file:{tmp_path}/y.db"
    assert (tmp_path / "deep").is_dir()
    assert resolve_sqlite_path(make_url("sqlite://"), tmp_path).database is None


def test_kinds() -> None:
    assert is_sqlite(make_url("sqlite://"))
    assert not is_sqlite(make_url("postgresql://h/n"))
    assert is_in_memory(make_url("sqlite:///:memory:"))
    assert is_in_memory(make_url("sqlite:///file:x?mode=memory"))


def test_a_text_that_is_no_url_is_refused_without_showing_it() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL cannot be read") as caught:
        make_url("u:hush@h")
    assert "hush" not in str(caught.value)


def test_a_url_without_a_driver_uses_the_one_that_is_installed(monkeypatch):
    """SQLAlchemy 2.0 takes psycopg2, which the extra `postgresql` does not install."""
    monkeypatch.setattr(urls, "_IS_PSYCOPG2", True)
    monkeypatch.setattr(urls, "find_spec", lambda _name: None)

    assert urls.make_url("postgresql://h/n").drivername == "postgresql+psycopg"
    assert urls.make_url("postgresql+asyncpg://h/n").drivername == "postgresql+asyncpg"
