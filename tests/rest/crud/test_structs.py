"""Classes that are made of models."""

from typing import Annotated, get_args, get_type_hints

import msgspec
import pytest
import sqlalchemy as sa
from msgspec import UNSET, Meta, Struct

from carboy.rest.crud.structs import (
    make_patch,
    make_sort_type,
    make_view,
    type_of_column,
)
from tests.rest.crud.shop import Book


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (sa.SmallInteger(), 2**15 - 1, 2**15),
        (sa.Integer(), -(2**31), 2**31),
        (sa.BigInteger(), 2**63 - 1, 2**63),
        (sa.String(3), "abc", "abcd"),
        (sa.Enum("a", "b"), "a", "c"),
        (sa.Boolean(), True, "x"),
        (sa.Date(), "2030-12-31", "x"),
    ],
)
def test_a_column_has_the_limits_of_its_type(kind, right, wrong):
    found = type_of_column(sa.Column("x", kind))

    msgspec.convert(right, found)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, found)


def test_a_view_of_columns_knows_which_may_be_empty():
    hints = get_type_hints(make_view(Book, ["id", "pages"]))

    assert type(None) not in get_args(hints["id"])
    assert type(None) in get_args(hints["pages"])


def test_a_patch_needs_nothing_and_keeps_the_limits():
    class Thing(Struct):
        """A thing."""

        name: Annotated[str, Meta(min_length=2)]
        size: int | None = None

    patch = make_patch(Thing)

    assert msgspec.convert({}, patch).name is UNSET
    assert msgspec.convert({"size": None}, patch).size is None
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"name": "x"}, patch)


def test_a_list_is_sorted_by_its_key_if_by_nothing_else():
    assert get_args(make_sort_type(Book, ())) == ("id", "-id")
    assert get_args(make_sort_type(Book, ("title",))) == ("title", "-title")
