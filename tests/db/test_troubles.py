"""Errors of Alembic and of databases end in what to do."""

import pytest
import sqlalchemy as sa
from alembic.util.exc import CommandError

from carboy.db.troubles import explain


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
        (database_error("odd"), "odd"),
    ],
)
def test_each_says_what_to_do(error, advice) -> None:
    assert advice in str(explain(error, "migrations"))
