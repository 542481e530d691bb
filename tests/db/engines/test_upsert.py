"""A row is inserted or changed in one statement, on each database."""

from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import DatabaseSettings, make_engine, upsert

TABLE = sa.Table(
    "upserted",
    sa.MetaData(),
    sa.Column("key", sa.String(20), primary_key=True),
    sa.Column("value", sa.Integer),
    sa.Column("made", sa.Integer),
)


@pytest.fixture
def connection(any_url, tmp_path) -> Any:
    engine = make_engine(DatabaseSettings(), {"url": any_url}, tmp_path)
    TABLE.create(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def read(connection: sa.Connection) -> list[Any]:
    return [tuple(row) for row in connection.execute(sa.select(TABLE))]


def test_a_second_one_changes_what_it_names(connection) -> None:
    for value in (1, 2):
        values = {"key": "a", "value": value, "made": value}
        connection.execute(
            upsert(connection.dialect.name, TABLE, values, {"value": value * 10})
        )

    assert read(connection) == [("a", 20, 1)]
