"""The migration of a new model comes after the newest one."""

import pytest

from carboy.cli.generate.fields import parse_fields
from carboy.cli.generate.migration_code import find_head, render_migration
from carboy.cli.generate.names import parse_name
from carboy.errors import ConfigError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "versions").mkdir()

    def add(revision, before):
        text = f"revision = {revision!r}\ndown_revision: str | None = {before!r}\n"
        (tmp_path / "versions" / f"{revision}.py").write_text(text)

    return tmp_path, add


def test_the_newest_migration_is_found(folder):
    path, add = folder
    assert find_head(path) is None

    add("b", "a")
    add("a", None)
    add("c", ("a", "b"))

    assert find_head(path) == "c"


def test_two_ends_are_an_error_that_names_them(folder):
    path, add = folder
    add("a", None)
    add("b", "a")
    add("c", "a")

    with pytest.raises(ConfigError, match=r"2 ends: b, c\. Join them first"):
        find_head(path)


def test_the_migration_names_what_it_creates(folder):
    path, add = folder
    add("a", None)

    file, text = render_migration(
        parse_name("book"), parse_fields(["title!:unique", "at:datetime:index"]), path
    )

    compile(text, str(file), "exec")
    assert file.name.endswith("_create_books.py")
    assert 'down_revision = "a"' in text
    assert 'sa.Column("title", sa.String(length=255), nullable=False)' in text
    assert 'sa.UniqueConstraint("title", name=op.f("uq_book_title"))' in text
    assert 'op.create_index(op.f("ix_book_at"), "book", ["at"])' in text
    assert "import carboy.db.types" in text
