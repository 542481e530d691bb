"""Schemas of types: each class once."""

from decimal import Decimal
from typing import Any

from msgspec import Struct

from carboy.rest.openapi import Schemas


class Leaf(Struct):
    """A leaf."""

    size: int


class Tree(Struct):
    """A tree, which holds trees."""

    leaves: list[Leaf]
    trees: list["Tree"] = []


def test_classes_are_components():
    schemas = Schemas()

    assert schemas.add(list[Tree])["items"] == {"$ref": "#/components/schemas/Tree"}
    assert set(schemas.components) == {"Tree", "Leaf"}


def test_closing_goes_through_references_once():
    schemas = Schemas()

    schemas.close(schemas.add(Tree))

    closed = [each["additionalProperties"] for each in schemas.components.values()]
    assert closed == [False, False]


def test_any_type_is_allowed():
    assert Schemas().add(Any) == {}


def test_a_decimal_is_a_text_or_a_number():
    schema = Schemas().add(Decimal | None)

    assert schema["anyOf"][0]["type"] == ["string", "number"]


def test_a_type_that_is_asked_for_again_has_a_schema_of_its_own():
    schemas = Schemas()
    first = schemas.add(list[int])
    first["items"]["changed"] = True

    assert schemas.add(list[int]) == {"type": "array", "items": {"type": "integer"}}
