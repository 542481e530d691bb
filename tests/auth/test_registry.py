"""Names of an app belong to one object each."""

from dataclasses import dataclass

import pytest
from flask import Flask

from carboy.auth.registry import NamedRegistry
from carboy.errors import WiringError


@dataclass
class Thing:
    name: str


def test_objects_are_listed_in_their_order_for_each_app():
    things: NamedRegistry[Thing] = NamedRegistry("thing")
    app, other = Flask("shop"), Flask("other")
    second, first = Thing("b"), Thing("a")
    things.add(app, second)
    things.add(app, first)
    things.add(app, second)

    assert things.list(app) == [second, first]
    assert things.find(app, "a") is first
    assert things.find(app, "c") is None
    assert things.list(other) == []


def test_an_equal_object_is_another_one():
    things: NamedRegistry[Thing] = NamedRegistry("thing")
    app = Flask("shop")
    things.add(app, Thing("a"))

    with pytest.raises(WiringError, match="'shop' has another thing 'a' already"):
        things.add(app, Thing("a"))
