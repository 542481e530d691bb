"""Mistakes in data: all of them, with path, code and words."""

import enum
from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given, strategies as st
from msgspec import Meta, Struct, inspect

from carboy.rest.typed.field_errors import Rules, join_path, list_errors


class Colour(enum.Enum):
    """Colours of a cover."""

    RED = "red"
    BLUE = "blue"


class Cat(Struct, tag=True):
    """Says miau."""

    lives: int


class Dog(Struct, tag=True):
    """Barks."""

    tricks: list[str]


class Everything(Struct):
    """A field of each kind."""

    text: Annotated[str, Meta(min_length=2, max_length=3)]
    number: Annotated[int, Meta(ge=1, lt=10)]
    exact: Annotated[float, Meta(gt=0, le=1)]
    even: Annotated[int, Meta(multiple_of=2)]
    code: Annotated[str, Meta(pattern="^[A-Z]+$")]
    when: Annotated[datetime, Meta(tz=True)]
    colour: Colour
    size: Literal["s", "m"]
    pet: Cat | Dog
    rows: Annotated[list[Cat], Meta(min_length=1)]
    by_number: dict[int, bool]
    either: int | str | None = None


RIGHT = {
    "text": "ab",
    "number": 1,
    "exact": 0.5,
    "even": 4,
    "code": "ABC",
    "when": datetime(2030, 1, 1, tzinfo=UTC).isoformat(),
    "colour": "red",
    "size": "s",
    "pet": {"type": "Cat", "lives": 9},
    "rows": [{"type": "Cat", "lives": 1}],
    "by_number": {"1": True},
}
INFO = inspect.type_info(Everything)


def find(value, rules=None):
    rules = rules or Rules()
    return {(error.path, error.code) for error in list_errors(value, INFO, rules)}


def test_right_data_have_no_mistakes():
    msgspec.convert(RIGHT, Everything, str_keys=True)

    assert find(RIGHT) == set()


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"text": "a"}, "/text", "too_short"),
        ({"text": "abcd"}, "/text", "too_long"),
        ({"text": 1}, "/text", "type"),
        ({"number": 0}, "/number", "too_small"),
        ({"number": 10}, "/number", "too_large"),
        ({"number": True}, "/number", "type"),
        ({"number": "1"}, "/number", "type"),
        ({"exact": 0}, "/exact", "too_small"),
        ({"exact": 2}, "/exact", "too_large"),
        ({"even": 3}, "/even", "multiple_of"),
        ({"code": "a"}, "/code", "pattern"),
        ({"when": "2030-01-01T00:00:00"}, "/when", "type"),
        ({"colour": "green"}, "/colour", "choice"),
        ({"size": "xl"}, "/size", "choice"),
        ({"pet": {"type": "Cow"}}, "/pet/type", "choice"),
        ({"pet": {"lives": 1}}, "/pet/type", "missing"),
        ({"pet": {"type": "Dog"}}, "/pet/tricks", "missing"),
        ({"rows": []}, "/rows", "too_short"),
        ({"rows": {}}, "/rows", "type"),
        ({"rows": [{"type": "Cat", "lives": "x"}]}, "/rows/0/lives", "type"),
        ({"by_number": {"x": True}}, "/by_number/x", "key"),
        ({"by_number": {"1": 2}}, "/by_number/1", "type"),
        ({"either": []}, "/either", "type"),
    ],
)
def test_each_mistake_has_its_place_and_code(change, path, code):
    assert find({**RIGHT, **change}) == {(path, code)}


def test_all_mistakes_are_found_at_once():
    found = find({"text": 1, "unknown": 1}, Rules(refuse_unknown=True))

    assert ("/text", "type") in found
    assert ("/unknown", "unknown") in found
    assert sum(code == "missing" for _, code in found) == 10


def test_texts_are_numbers_where_all_values_are_texts():
    assert find({**RIGHT, "number": "5"}, Rules(strict=False)) == set()


def test_a_path_is_a_json_pointer():
    assert join_path("/a", "b/c~d") == "/a/b~1c~0d"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(RIGHT)), json_values)
def test_it_finds_a_mistake_exactly_if_msgspec_does(name, value):
    changed = {**RIGHT, name: value}
    try:
        msgspec.convert(changed, Everything, str_keys=True)
    except msgspec.ValidationError:
        is_right = False
    else:
        is_right = True

    assert (find(changed) == set()) == is_right
