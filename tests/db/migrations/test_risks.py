"""Steps that lose data, lock or fail are named; harmless ones are not."""

import sqlalchemy as sa
from alembic.operations import ops

from carboy.db.migrations.risks import find_risks, read_risks


def table(*steps: object) -> list[object]:
    return [ops.ModifyTableOps("post", list(steps))]


def test_destructive_steps() -> None:
    found = find_risks([ops.DropTableOp("post")], "sqlite")
    assert found == ["drops the table post with all its rows. Make a backup first."]

    found = find_risks(table(ops.DropColumnOp("post", "title")), "sqlite")
    assert found[0].startswith("drops the column post.title with all its values")


def test_a_column_that_may_be_renamed() -> None:
    new = ops.AddColumnOp("post", sa.Column("name", sa.String))
    found = find_risks(table(ops.DropColumnOp("post", "title"), new), "sqlite")

    assert found[0].startswith("drops the column post.title and adds name.")
    assert "alter_column('title', new_column_name='name')" in found[0]


def test_steps_that_may_fail() -> None:
    added = sa.Column("a", sa.Integer, nullable=False)
    filled = sa.Column("a", sa.Integer, nullable=False, server_default="0")
    unique = ops.CreateUniqueConstraintOp("uq", "post", ["a"])
    key = ops.CreateForeignKeyOp("fk", "post", "user", ["a"], ["id"])
    null = ops.AlterColumnOp("post", "a", modify_nullable=False)

    assert "server_default" in find_risks(table(ops.AddColumnOp("post", added)), "")[0]
    assert find_risks(table(ops.AddColumnOp("post", filled)), "") == []
    assert "two rows are equal" in find_risks(table(unique), "")[0]
    assert "points to nothing" in find_risks(table(key), "")[0]
    assert "forbids NULL in post.a" in find_risks(table(null), "")[0]


def test_steps_that_lock() -> None:
    index = ops.CreateIndexOp("ix", "post", ["a"])
    kind = ops.AlterColumnOp(
        "post", "a", existing_type=sa.String(9), modify_type=sa.String(4)
    )

    assert "CONCURRENTLY".lower() in find_risks(table(index), "postgresql")[0]
    assert find_risks(table(index), "sqlite") == []
    assert "locked" in find_risks(table(kind), "postgresql")[0]
    assert "VARCHAR(9) to VARCHAR(4)" in find_risks(table(kind), "sqlite")[0]


def test_a_new_table_has_no_rows_to_fear_for() -> None:
    made = ops.CreateTableOp("post", [sa.Column("id", sa.Integer)])
    unique = ops.CreateIndexOp("ix", "post", ["id"], unique=True)

    assert find_risks([made, *table(unique), unique], "postgresql") == []


def test_scripts_are_read_without_running_them(tmp_path) -> None:
    path = tmp_path / "x.py"
    path.write_text(
        "def upgrade():\n"
        "    op.drop_table('a')\n"
        "    with op.batch_alter_table('b') as batch:\n"
        "        batch.drop_column('c')\n"
        "    op.drop_column('d', 'e')\n"
        "    print('drop')\n"
        "def downgrade():\n"
        "    op.drop_table('never')\n"
    )

    assert sorted(read_risks(path)) == [
        "drops the column b.c with all its values",
        "drops the column d.e with all its values",
        "drops the table a with all its rows",
    ]
    path.write_text("x = 1\n")
    assert read_risks(path) == []
