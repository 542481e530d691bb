"""A column knows its heading, its cells and how it is sorted."""

from types import SimpleNamespace

import pytest

from carboy.errors import ConfigError
from carboy.ui.columns import Column, make_column

ROW = SimpleNamespace(title="三体", author=SimpleNamespace(name="刘慈欣"), editor=None)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("title", "三体"),
        ("author.name", "刘慈欣"),
        ("editor.name", ""),
        (lambda row: row.title * 2, "三体三体"),
    ],
)
def test_a_cell_is_an_attribute_a_path_or_what_a_function_returns(value, cell):
    assert Column("Title", value).cell(ROW) == cell


def test_rows_may_be_pairs():
    assert Column("Second", 1).cell(("a", "b")) == "b"


def test_rows_may_be_mappings():
    assert Column("Name", "author.name").cell({"author": {"name": "A"}}) == "A"


def test_a_wrong_attribute_is_an_error_and_not_an_empty_cell():
    with pytest.raises(AttributeError, match="titel"):
        Column("Title", "titel").cell(ROW)


def test_following_a_heading_twice_turns_the_order():
    column = Column("Title", "title", sort="title")

    assert column.next_sort(None) == "title"
    assert column.next_sort("title") == "-title"
    assert column.next_sort("-title") == "title"
    assert column.direction("title") == "ascending"
    assert column.direction("-title") == "descending"
    assert column.direction("price") == "none"
    assert Column("State", "state").direction("title") is None


def test_a_template_may_write_pairs_and_dictionaries():
    column = Column("A", "b")

    assert make_column(("A", "b")) == column
    assert make_column({"heading": "A", "value": "b"}) == column
    assert make_column(column) is column


def test_anything_else_is_refused_with_what_to_write():
    with pytest.raises(ConfigError, match=r"a pair such as .*got 'title'"):
        make_column("title")
