"""Names of tables and constraints are always the same."""

import pytest
import sqlalchemy as sa

from carboy.db.names import make_metadata, table_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("User", "user"),
        ("BlogPost", "blog_post"),
        ("HTTPServer", "http_server"),
        ("User2FA", "user2_fa"),
        ("_Private", "private"),
    ],
)
def test_tables(name, expected) -> None:
    assert table_name(name) == expected


def test_each_constraint_has_a_name() -> None:
    metadata = make_metadata("logs")
    other = sa.Table("o", metadata, sa.Column("id", sa.Integer, primary_key=True))
    table = sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.Integer, unique=True),
        sa.Column("o", sa.ForeignKey(other.c.id), index=True),
        sa.CheckConstraint("a > 0"),
        sa.CheckConstraint("a < 9", name="small"),
        sa.UniqueConstraint("a", "o"),
    )
    text = str(sa.schema.CreateTable(table))
    again = str(sa.schema.CreateTable(table))

    assert text == again
    for name in ("pk_t", "uq_t_a", "uq_t_a_o", "fk_t_o_o", "CONSTRAINT small", "ck_t_"):
        assert name in text
    assert [index.name for index in table.indexes] == ["ix_t_o"]
    assert metadata.info["bind_key"] == "logs"
