"""Rows that follow a row are those behind it, missing values included."""

import itertools
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from carboy.db import SortKey, follows, order_clauses

table = sa.Table(
    "sorted",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("a", sa.Integer),
    sa.Column("b", sa.String(9)),
)
ROWS = [
    {"id": number, "a": a, "b": b}
    for number, (a, b) in enumerate(
        itertools.product((None, 1, 2), (None, "x", "y")), start=1
    )
]


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    url = "sqlite://"
    if request.param != "sqlite":
        url = request.getfixturevalue(f"fresh_{request.param}")
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    # Python 3.13 warns of connections that nobody closed.
    engine.dispose()


def test_pages_of_each_order_follow_one_another(engine: sa.Engine) -> None:
    table.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(table), ROWS)
        for down in itertools.product((False, True), repeat=3):
            keys = [
                SortKey(table.c.a, down[0], is_nullable=True),
                SortKey(table.c.b, down[1], is_nullable=True),
                SortKey(table.c.id, down[2]),
            ]
            statement = sa.select(table).order_by(*order_clauses(keys))
            rows = list(connection.execute(statement))
            for position, row in enumerate(rows):
                after = follows(keys, (row.a, row.b, row.id), engine.dialect.name)
                found = list(connection.execute(statement.where(after)))
                assert found == rows[position + 1 :], (down, row)
            backward = [key.reverse() for key in keys]
            statement = sa.select(table).order_by(*order_clauses(backward))
            assert list(connection.execute(statement)) == rows[::-1]
    engine.dispose()


def test_the_first_column_is_bounded_for_the_index() -> None:
    keys = [SortKey(table.c.a, is_descending=True), SortKey(table.c.id)]

    text = str(follows(keys, (5, 1), "sqlite"))

    assert text.startswith("sorted.a <= :a_1 AND (")
