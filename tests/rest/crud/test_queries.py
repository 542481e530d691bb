"""Statements of lists."""

import pytest
import sqlalchemy as sa

from carboy.rest.crud.queries import make_loaders, make_order, start_after
from tests.rest.crud.shop import Book, BookOut


def test_the_key_ends_every_order():
    assert make_order(["-title"], "id") == [("title", True), ("id", False)]
    assert make_order(["-id"], "id") == [("id", True)]


def test_relations_of_a_view_are_loaded():
    assert len(make_loaders(Book, BookOut)) == 2


@pytest.mark.parametrize("signs", [(False, False), (True, False), (True, True)])
def test_rows_that_follow_a_key_are_those_that_come_later(signs):
    order = list(zip(("title", "id"), signs, strict=True))

    statement = start_after(sa.select(Book), Book, order, ["m", 5], "sqlite")

    first, second = ("<" if sign else ">" for sign in signs)
    text = str(statement.whereclause)
    assert f"book.title {first} :title_1" in text
    assert f"book.id {second} :id_1" in text
