"""Converters: objects of a type, or an error with all mistakes."""

from dataclasses import dataclass
from typing import TypedDict

import pytest
from msgspec import Struct

from carboy.rest import InvalidRequestError
from carboy.rest.typed.validation import Converter


class Node(Struct):
    """A tree."""

    name: str
    children: list["Node"] = []


class Range(Struct):
    """Has a rule that no annotation can say."""

    low: int
    high: int

    def __post_init__(self):
        if self.low > self.high:
            raise ValueError("Low must not be above high.")


@dataclass
class Point:
    """A dataclass."""

    x: int


class Named(TypedDict):
    """A TypedDict."""

    name: str


def errors_of(kind, value, **options):
    with pytest.raises(InvalidRequestError) as caught:
        Converter(kind, "body", strict=True).convert(value, **options)
    return [(place, one.path, one.code) for place, one in caught.value.errors]


def test_types_of_all_styles_are_read():
    def convert(kind, value):
        return Converter(kind, "body", strict=True).convert(value)

    assert convert(Node, {"name": "a"}) == Node("a")
    assert convert(Point, {"x": 1}) == Point(1)
    assert convert(Named, {"name": "a"}) == {"name": "a"}
    assert convert(list[Point], [{"x": 1}]) == [Point(1)]


def test_undeclared_fields_are_refused_at_every_depth_if_asked_for():
    value = {"name": "a", "children": [{"name": "b", "more": 1}]}
    converter = Converter(Node, "body", strict=True)

    assert converter.convert(value).children[0].name == "b"
    found = errors_of(Node, value, refuse_unknown=True)
    assert found == [("body", "/children/0/more", "unknown")]
    inside = {"x": {"x": 1, "y": 2}}
    found = errors_of(dict[str, Point], inside, refuse_unknown=True)
    assert found == [("body", "/x/y", "unknown")]


def test_a_rule_of_the_type_itself_is_reported_in_its_words():
    with pytest.raises(InvalidRequestError) as caught:
        Converter(list[Range], "body", strict=True).convert([{"low": 2, "high": 1}])

    [(place, error)] = caught.value.errors
    assert (place, error.path, error.code) == ("body", "/0", "invalid")
    assert error.message == "Low must not be above high."


def test_a_number_without_a_fraction_is_whole():
    converter = Converter(list[Point], "body", strict=True)

    assert converter.convert([{"x": 3.0}]) == [Point(3)]
    assert errors_of(list[Point], [{"x": 3.5}]) == [("body", "/0/x", "type")]
