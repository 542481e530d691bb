"""The commands of `db` do what their help says, and fail with a sentence."""

import os
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import SQLAlchemy


@pytest.fixture
def app(make_app) -> Any:
    db = SQLAlchemy()

    class Item(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    db.Item = Item  # or it is forgotten
    return make_app(db)


def run(app: Any, *words: str, fails: bool = False) -> str:
    result = app.test_cli_runner().invoke(args=["db", *words])
    assert (result.exit_code != 0) == fails, result.output
    output: str = result.output
    return output


def test_from_nothing_to_a_table_and_back(app, tmp_path) -> None:
    assert "db init" in run(app, "upgrade", fails=True)
    assert "Made" in run(app, "init")
    assert "already" in run(app, "init", fails=True)
    assert "Read it" in run(app, "migrate", "-m", "first table")
    assert "behind" in run(app, "migrate", fails=True)
    assert "Applied" in run(app, "upgrade")
    assert "Nothing was written" in run(app, "migrate")
    run(app, "check")
    (path,) = (tmp_path / "migrations" / "versions").glob("*.py")
    revision = path.stem.partition("_")[0]

    assert path.stem.endswith("_first_table")
    for command in ("current", "heads", "history", "show"):
        assert revision in run(app, command)
    run(app, "branches")
    assert "Took back" in run(app, "downgrade")
    run(app, "stamp")
    run(app, "stamp", "--purge", "base")
    with app.app_context():
        assert not sa.inspect(app.extensions["sqlalchemy"].engine).has_table("item")


def test_a_destructive_step_is_named_before_it_is_taken(app, tmp_path) -> None:
    run(app, "init")
    run(app, "migrate")
    run(app, "upgrade")
    run(app, "revision", "-m", "drop")
    (path,) = (tmp_path / "migrations" / "versions").glob("*_drop.py")
    path.write_text(
        path.read_text() + "\n\ndef upgrade():\n    op.drop_table('item')\n"
    )

    assert "Careful:" not in run(app, "upgrade", "base")
    output = run(app, "upgrade")

    assert "Careful:" in output
    assert "drops the table item with all its rows" in output


def test_steps_back_are_a_number(app) -> None:
    """As with `alembic downgrade -1`, which click takes for an option."""
    run(app, "init")
    run(app, "migrate", "-m", "first")
    run(app, "upgrade")

    assert "Took back" in run(app, "downgrade", "-1")
    assert "DROP TABLE item" in run(app, "downgrade", "-1", "--sql")
    assert "No such option" in run(app, "downgrade", "-x", fails=True)


def test_two_ends_are_joined(app) -> None:
    run(app, "init")
    run(app, "revision", "-m", "one")
    run(app, "revision", "-m", "two", "--head", "base", "--splice")

    assert "merge heads" in run(app, "upgrade", fails=True)
    assert "Made" in run(app, "merge", "-m", "both")
    run(app, "upgrade")


def test_sql_is_printed(app) -> None:
    run(app, "init")
    run(app, "migrate")

    assert "CREATE TABLE item" in run(app, "upgrade", "--sql")


def test_seeds_are_sown(app, tmp_path) -> None:
    assert "no seeds" in run(app, "seed", fails=True)
    (tmp_path / "seeds.json").write_text('{"Item": [{"id": 7}]}')
    with app.app_context():
        app.extensions["sqlalchemy"].create_all()

    assert "seeds.json: 1 object is new" in run(app, "seed")
    assert "seeds.json: 0 objects" in run(app, "seed", str(tmp_path / "seeds.json"))


def test_the_console_takes_over(app, tmp_path, monkeypatch) -> None:
    program = tmp_path / "sqlite3"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    seen: list[Any] = []
    monkeypatch.setattr(os, "execvpe", lambda *told: seen.append(told))

    run(app, "shell")

    (name, command, _environment) = seen[0]
    assert Path(name).name == "sqlite3"
    assert command[1] == str(tmp_path / "site.db")


def test_dropping_all_tables_asks_first(app) -> None:
    for words in (("init",), ("migrate",), ("upgrade",)):
        run(app, *words)
    runner = app.test_cli_runner()

    refused = runner.invoke(args=["db", "downgrade", "base"], input="n\n")
    closed = runner.invoke(args=["db", "downgrade", "base"])

    assert refused.exit_code == closed.exit_code == 1
    assert "drops every table" in refused.output
    assert "Took back" not in refused.output + closed.output
    assert "DROP TABLE" in run(app, "downgrade", "base", "--sql")
    assert "Took back" in run(app, "downgrade", "base", "--yes")
