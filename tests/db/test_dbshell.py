"""A console is told where to go, and the password is not on its command line."""

from pathlib import Path

import pytest

from carboy.db.dbshell import ConsoleError, find_console
from carboy.db.engines.urls import make_url


@pytest.fixture(autouse=True)
def programs(tmp_path, monkeypatch) -> None:
    for name in ("sqlite3", "psql", "mysql"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))


def test_each_database_has_its_own() -> None:
    sqlite = find_console(make_url("sqlite:////x/y.db"))
    psql = find_console(make_url("postgresql://u:hush@h:5433/n"))
    mysql = find_console(make_url("mysql://u:hush@h:3307/n"))

    assert [Path(part).name for part in sqlite.command] == ["sqlite3", "y.db"]
    assert psql.environment == {
        "PGHOST": "h",
        "PGPORT": "5433",
        "PGUSER": "u",
        "PGPASSWORD": "hush",
        "PGDATABASE": "n",
    }
    assert mysql.command[1:] == [
        "--default-character-set=utf8mb4",
        "--host=h",
        "--port=3307",
        "--user=u",
        "n",
    ]
    assert mysql.environment == {"MYSQL_PWD": "hush"}
    assert "hush" not in " ".join(psql.command + mysql.command)


def test_a_program_that_is_missing_is_named(monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(ConsoleError, match="Install one of: psql"):
        find_console(make_url("postgresql://h/n"))
