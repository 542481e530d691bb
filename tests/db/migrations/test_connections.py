"""A connection that ran migrations serves pages as if it had not."""

import pytest
import sqlalchemy as sa

from carboy.db.migrations.connections import prepare, refuse_dangling, restore
from carboy.db.migrations.errors import MigrationError


def make_engine() -> sa.Engine:
    """Return an engine that closes its connection as soon as nobody uses it."""
    return sa.create_engine("sqlite://", poolclass=sa.NullPool)


@pytest.mark.parametrize("on", [True, False])
def test_foreign_keys_of_sqlite_are_as_before(on: bool) -> None:
    with make_engine().connect() as connection:
        prepare(connection)
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0
        restore(connection, foreign_keys=on)
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == int(on)


def test_rows_that_refer_to_nothing_are_refused() -> None:
    with make_engine().connect() as connection:
        for statement in (
            "CREATE TABLE a (id INTEGER PRIMARY KEY)",
            "CREATE TABLE b (a_id INTEGER REFERENCES a)",
            "INSERT INTO b VALUES (1)",
        ):
            connection.exec_driver_sql(statement)

        with pytest.raises(MigrationError, match=r"1 rows point .* 'b' .* 'a'"):
            refuse_dangling(connection)
