"""Types that msgspec does not know."""

from typing import Any

import attrs
import pytest
from flask import Flask
from markupsafe import Markup

from carboy.rest import Api
from carboy.rest.typed.other_types import decode_other, encode_json, schema_of_other
from carboy.translation import lazy_gettext


class Plain:
    """A class without fields."""


def test_texts_that_are_translated_late_are_written():
    assert encode_json({"a": lazy_gettext("Save")}) == b'{"a":"Save"}'
    assert encode_json(Markup("<b>")) == b'"<b>"'


def test_an_object_of_the_type_is_taken_as_it_is():
    one = Plain()

    assert decode_other(Plain, one) is one
    with pytest.raises(NotImplementedError, match="Plain cannot be read"):
        decode_other(Plain, {})
    assert schema_of_other(Plain) == {}


@attrs.define
class Spot:
    """Where something is, as a class of attrs."""

    x: int
    y: int = attrs.field(default=0)


@attrs.define
class Ship:
    """A ship with its place."""

    name: str
    spot: Spot
    others: list[Spot] = attrs.field(factory=list)


def test_classes_of_attrs_are_bodies_results_and_schemas():
    app = Flask("ships")
    app.config["REST_DOCS"] = "always"
    api = Api(app)

    @api.post("/ships")
    def add(ship: Ship) -> Ship:
        ship.others.append(Spot(9))
        return ship

    @api.get("/ships")
    def find(spot: Spot) -> list[Ship]:
        return [Ship("Argo", spot)]

    client = app.test_client()

    def send(**ship: Any):
        return client.post("/ships", json=ship)

    assert send(name="Argo", spot={"x": 1}).json == {
        "name": "Argo",
        "spot": {"x": 1, "y": 0},
        "others": [{"x": 9, "y": 0}],
    }
    assert client.get("/ships?x=3").json[0]["spot"] == {"x": 3, "y": 0}
    wrong = send(name=1, spot={"x": "a", "z": 1}, more=1).json["errors"]
    assert {(error["path"], error["code"]) for error in wrong} == {
        ("/name", "type"),
        ("/spot/x", "type"),
        ("/spot/z", "unknown"),
        ("/more", "unknown"),
    }
    schemas = client.get("/-/openapi.json").json["components"]["schemas"]
    assert schemas["Ship"]["required"] == ["name", "spot"]
    assert schemas["Spot"]["properties"]["y"] == {"type": "integer", "default": 0}
