"""Chips say a filter in the words of people."""

from typing import Any

import sqlalchemy as sa

from carboy.admin.lists import parse_filter
from carboy.admin.pages.filter_texts import describe_filter
from carboy.admin.schema.attributes import list_attributes
from tests.admin import zoo


def describe(text: str) -> str:
    def visible(model: type[Any]) -> Any:
        return list_attributes(sa.inspect(model), {})

    tree = parse_filter(text)
    assert tree is not None
    return describe_filter(tree, zoo.Animal, visible)


def test_filters_in_words() -> None:
    assert describe("diet in (meat, both)") == "Diet is one of Meat, Both"
    assert describe("name = a or not weight > 1") == (
        "(Name is a or not Weight is more than 1)"
    )
    assert describe("cage.label is empty") == "Cage \u203a Label is empty"
    assert describe("nothing = 1") == "nothing is 1"
