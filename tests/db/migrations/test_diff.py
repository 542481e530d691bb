"""What `carboy db check` finds is told in words, on each database."""

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from carboy.db import DatabaseSettings, make_engine
from carboy.db.declarative import make_metadata
from carboy.db.migrations.diff import describe


def tables(*columns: Any, name: str = "post") -> sa.MetaData:
    metadata = make_metadata()
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)
    return metadata


def number(**options: Any) -> list[Any]:
    return [sa.Column("a", sa.Integer, **options)]


@pytest.mark.parametrize(
    ("there", "asked", "found"),
    [
        (list, list, []),
        (list, number, ["the column post.a is missing"]),
        (number, list, ["no model has the column post.a"]),
        (
            number,
            lambda: number(nullable=False),
            ["post.a has nullable True, the model says False"],
        ),
        (number, lambda: number(index=True), ["the index on post (a) is missing"]),
        (
            lambda: number(unique=True),
            number,
            ["no model has the unique constraint on post (a)"],
        ),
        (
            number,
            lambda: [sa.Column("a", sa.Integer, sa.ForeignKey("post.id"))],
            ["the foreign key constraint on post (a) is missing"],
        ),
        (
            lambda: [sa.Column("a", sa.String(10))],
            lambda: [sa.Column("a", sa.String(20))],
            ["post.a has the type VARCHAR(10), the model says VARCHAR(20)"],
        ),
    ],
)
def test_each_kind(any_url, tmp_path, there, asked, found) -> None:
    engine = make_engine(DatabaseSettings(), {"url": any_url}, tmp_path)
    if engine.dialect.name == "mysql" and "unique" in str(found):
        found = ["no model has the index on post (a)"]
    tables(*there()).create_all(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        told = describe(compare_metadata(context, tables(*asked())))
    engine.dispose()

    assert told[: len(found) or None] == found


def test_tables_and_what_nobody_foresaw() -> None:
    table = tables().tables["post"]

    assert describe([("add_table", table), [("modify_odd", 1)]]) == [
        "the table post is missing",
        "modify odd",
    ]
    default = sa.Column("a", sa.Integer, server_default="7").server_default
    assert describe([[("modify_default", None, "post", "a", {}, default, None)]]) == [
        "post.a has the server's default 7, the model says no value"
    ]
