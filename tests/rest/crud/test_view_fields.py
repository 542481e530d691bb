"""Which views can be written from columns alone."""

from typing import Annotated

import msgspec
import pytest
from msgspec import Meta, Struct

from carboy.rest.crud.structs import type_of_column
from carboy.rest.crud.view_fields import read_view
from tests.rest.crud.shop import Author, AuthorOut, Book, BookOut


def is_written(model, **fields):
    view = msgspec.defstruct("View", list(fields.items()))
    return read_view(model, view, type_of_column) is not None


def test_columns_and_relations_are_fields():
    view = read_view(Book, BookOut, type_of_column)

    assert [field.name for field in view.fields][-2:] == ["author", "tags"]
    assert view.fields[-2].inner.model is Author
    assert (view.model, view.key) == (Book, "id")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"title": str}, True),
        ({"title": Annotated[str, Meta(max_length=40)]}, True),
        ({"title": Annotated[str, Meta(max_length=3)]}, False),
        ({"title": str | None}, True),
        # A null would be a fault, which has to be seen.
        ({"pages": int}, False),
        ({"pages": float | None}, False),
        ({"author": AuthorOut | None}, True),
        ({"author": AuthorOut}, False),
        ({"author": Annotated[Author, AuthorOut] | None}, True),
        ({"tags": list[int]}, False),
        ({"metadata": str}, False),
        ({"nothing": str}, False),
    ],
)
def test_a_value_that_would_be_converted_needs_the_object(fields, expected):
    assert is_written(Book, **fields) is expected


@pytest.mark.parametrize(
    "options", [{"omit_defaults": True}, {"tag": True}, {"array_like": True}]
)
def test_views_that_are_written_otherwise_need_the_object(options):
    view = msgspec.defstruct("View", [("title", str)], **options)

    assert read_view(Book, view, type_of_column) is None


def test_what_is_no_model_or_view_needs_the_object():
    class Checked(Struct):
        title: str

        def __post_init__(self) -> None:
            self.title = self.title.upper()

    assert read_view(Book, Checked, type_of_column) is None
    assert read_view(int, BookOut, type_of_column) is None
    assert read_view(Book, dict, type_of_column) is None
