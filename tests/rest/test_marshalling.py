"""What a response shows of objects, compared with Flask-RESTful on random objects."""

import random
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import flask_restful
import pytest
from flask import Flask
from flask_restful import fields as their_fields
from werkzeug.exceptions import NotFound

from carboy.rest import fields, marshal, marshal_with, marshal_with_field

NAMES = ["id", "heading", "age", "author", "tags", "ok", "when", "rate"]
SIMPLE = ["Raw", "String", "Integer", "Boolean", "Float"]


class Plain:
    """An object with attributes."""

    def __init__(self, **values):
        self.__dict__.update(values)


class Slotted:
    """An object without `__dict__`."""

    __slots__ = NAMES

    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)


class Sequenced(dict):
    """A dict that answers for missing keys."""

    def __missing__(self, key):
        return f"missing {key}"


def make_value(chance: random.Random, depth: int):
    kinds = [1, 0, "7", "text", None, True, 2.5, "", Decimal("1.5")]
    if depth and chance.random() < 0.4:
        return make_object(chance, depth - 1)
    if depth and chance.random() < 0.3:
        return [make_object(chance, depth - 1) for _ in range(chance.randrange(3))]
    if chance.random() < 0.2:
        return [chance.choice(kinds) for _ in range(chance.randrange(4))]
    return chance.choice(kinds)


def make_object(chance: random.Random, depth: int):
    values = {
        name: make_value(chance, depth) for name in NAMES if chance.random() < 0.8
    }
    make = chance.choice([dict, dict, Plain, Slotted, SimpleNamespace, Sequenced])
    return make(**values)


def make_fields(chance: random.Random, depth: int) -> tuple[dict, dict]:
    """Return the same fields of both sides."""
    ours, theirs = {}, {}
    for name in chance.sample(NAMES, chance.randrange(1, len(NAMES))):
        ours[name], theirs[name] = make_field(chance, depth)
    return ours, theirs


def make_field(chance: random.Random, depth: int):
    kind = chance.choice([*SIMPLE, "inline", "nested", "list", "path", "function"])
    if depth and kind in {"nested", "inline"}:
        ours, theirs = make_fields(chance, depth - 1)
        if kind == "inline":
            return ours, theirs
        null = chance.random() < 0.5
        return (
            fields.Nested(ours, allow_null=null),
            their_fields.Nested(theirs, allow_null=null),
        )
    if depth and kind == "list":
        ours, theirs = make_field(chance, depth - 1)
        if not isinstance(ours, dict):
            return fields.List(ours), their_fields.List(theirs)
    options = {}
    if kind == "path":
        options["attribute"] = chance.choice(["author.heading", "author.author.id"])
    elif kind == "function":
        options["attribute"] = lambda obj: type(obj).__name__
    elif chance.random() < 0.3:
        options["attribute"] = chance.choice(NAMES)
    if chance.random() < 0.3:
        options["default"] = chance.choice(["none", 5, None])
    name = chance.choice(SIMPLE)
    if not options and chance.random() < 0.5:
        return getattr(fields, name), getattr(their_fields, name)
    return getattr(fields, name)(**options), getattr(their_fields, name)(**options)


def attempt(marshal_it, data, shown):
    try:
        return marshal_it(data, shown)
    except Exception:  # noqa: BLE001 - which field is the first to fail may differ
        return "raised"


@pytest.mark.parametrize("seed", range(20))
def test_random_objects_give_what_flask_restful_gives(seed):
    chance = random.Random(seed)
    for round_ in range(60):
        ours, theirs = make_fields(chance, 2)
        objects = [make_object(chance, 2) for _ in range(6)]
        # Twice: the second time all is compiled.
        for data in (*objects, *objects, objects):
            expected = attempt(flask_restful.marshal, data, theirs)
            got = attempt(marshal, data, ours)
            # A single value where a list is expected is an error there only.
            assert expected == "raised" or got == expected, (seed, round_)
            if isinstance(expected, dict):
                assert list(got) == list(expected)


def test_a_dict_of_fields_may_be_changed_between_two_calls():
    inner = {"id": fields.Integer}
    shown = {"id": fields.Integer, "author": fields.Nested(inner)}
    data = {"id": 1, "title": "T", "author": {"id": 2, "name": "N"}}

    assert marshal(data, shown) == {"id": 1, "author": {"id": 2}}
    inner["name"] = fields.String
    assert marshal(data, shown) == {"id": 1, "author": {"id": 2, "name": "N"}}
    shown["title"] = fields.String
    del shown["id"]
    assert marshal(data, shown) == {"author": {"id": 2, "name": "N"}, "title": "T"}


def test_fields_may_contain_themselves():
    node = {"name": fields.String}
    node["children"] = fields.List(fields.Nested(node))
    tree = {"name": "a", "children": [{"name": "b", "children": []}]}

    assert marshal(tree, node) == tree
    assert marshal(tree, node) == tree


def test_an_envelope_holds_one_or_many():
    shown = {"id": fields.Integer}
    assert marshal({"id": 1}, shown, envelope="user") == {"user": {"id": 1}}
    assert marshal([{"id": 1}], shown, "users") == {"users": [{"id": 1}]}


def test_status_and_headers_of_a_view_stay():
    @marshal_with({"id": fields.Integer}, envelope="user")
    def view():
        return {"id": 1, "secret": 2}, 201, {"X-Own": "1"}

    assert view() == ({"user": {"id": 1}}, 201, {"X-Own": "1"})


def test_a_missing_row_is_404():
    @marshal_with({"id": fields.Integer})
    def view():
        return None

    with Flask(__name__).app_context(), pytest.raises(NotFound):
        view()


def test_a_missing_row_can_be_null_fields_as_before():
    @marshal_with({"id": fields.Integer, "name": fields.String}, missing=None)
    def view():
        return None

    assert view() == {"id": 0, "name": None}


def test_one_field_writes_the_result_of_a_view():
    @marshal_with_field(fields.List(fields.Integer))
    def view():
        return ["1", 2, 3.0]

    assert view() == [1, 2, 3]
    assert marshal_with_field(fields.Boolean)(lambda: ("", 202))() == (False, 202, {})


def test_a_date_is_written_in_both_forms():
    when = datetime(2026, 11, 30, 6, 30, tzinfo=UTC)
    shown = {
        "mail": fields.DateTime(attribute="when"),
        "iso": fields.DateTime("iso8601", attribute="when"),
    }
    assert marshal({"when": when}, shown) == {
        "mail": "Mon, 30 Nov 2026 06:30:00 -0000",
        "iso": "2026-11-30T06:30:00+00:00",
    }
