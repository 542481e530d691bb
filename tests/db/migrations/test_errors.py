"""Errors of Alembic and of databases end in what to do."""

import pytest
import sqlalchemy as sa
from alembic.util.exc import CommandError
from sqlalchemy.exc import NoSuchTableError

from carboy.db.migrations.errors import explain_error


def database_error(text: str) -> Exception:
    return sa.exc.OperationalError("x", {}, Exception(text))


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (CommandError("Target database is not up to date."), "carboy db upgrade"),
        (CommandError("Can't locate revision identified by '77525ee61b5b'"), "--purge"),
        (CommandError("Multiple head revisions are present"), "carboy db merge heads"),
        (CommandError("Relative revision -1 didn't produce 1"), "carboy db current"),
        (CommandError("something else"), "something else"),
        (database_error("table post already exists"), "'post' exists already"),
        (database_error('relation "post" already exists'), "carboy db stamp head"),
        (database_error("(1050, \"Table 'post' already exists\")"), "'post' exists"),
        (database_error("cannot drop PRIMARY KEY column: id"), "batch_alter_table"),
        (database_error("no such table: post"), "table 'post', which is not there"),
        (database_error('relation "post" does not exist'), "stamp --purge base"),
        (database_error("(1146, \"Table 'a.post' doesn't exist\")"), "'a.post', which"),
        (database_error("(1051, \"Unknown table 'a.post'\")"), "'a.post', which"),
        (NoSuchTableError("post"), "table 'post', which is not there"),
        (database_error("odd"), "odd"),
    ],
)
def test_each_says_what_to_do(error, advice) -> None:
    assert advice in str(explain_error(error, "migrations"))


def test_a_revision_that_the_user_asked_for_is_not_the_databases() -> None:
    error = CommandError("Can't locate revision identified by '77'")

    assert "carboy db history" in str(explain_error(error, "migrations", {"77"}))
    assert "the database says" in str(explain_error(error, "migrations", {"head"}))
