"""Fields, one by one."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from flask import Flask

from carboy.rest import fields, marshal

DAY = date(2026, 1, 2)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (fields.String(), 5, "5"),
        (fields.Integer(), "7", 7),
        (fields.Integer(), None, 0),
        (fields.Integer(default=18), None, 18),
        (fields.Boolean(), [], False),
        (fields.Float(), "2.5", 2.5),
        (fields.Arbitrary(), "1e3", "1E+3"),
        (fields.Fixed(2), "2.675", "2.68"),
        (fields.Fixed(), 3, "3.00000"),
        (fields.Price(1), 0, "0.0"),
        (fields.Raw(default="x"), None, "x"),
        (fields.List(fields.String), {1}, ["1"]),
        (fields.List(fields.String), "ab", ["ab"]),
        (fields.List(fields.Integer), None, None),
        (
            fields.DateTime("iso8601"),
            datetime(2026, 1, 2, tzinfo=UTC).date(),
            "2026-01-02",
        ),
    ],
)
def test_a_field_writes_its_value(field, value, expected):
    assert field.output("x", {"x": value}) == expected
    assert marshal({"x": value}, {"x": field}) == {"x": expected}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (fields.Integer(), "seven"),
        (fields.Float(), "much"),
        (fields.DateTime(), "today"),
        (fields.DateTime("julian"), datetime(2026, 1, 2, tzinfo=UTC)),
        (fields.Fixed(), "Infinity"),
    ],
)
def test_a_value_that_does_not_fit_is_an_error(field, value):
    with pytest.raises(fields.MarshallingException):
        marshal({"x": value}, {"x": field})


def test_a_list_needs_a_field_for_its_elements():
    with pytest.raises(fields.MarshallingException, match="need a field"):
        fields.List("text")
    with pytest.raises(fields.MarshallingException):
        fields.List(int)


def test_a_format_of_ones_own_is_called():
    class Title(fields.Raw):
        def format(self, value):
            return value.title()

    shown = {"name": Title, "same": Title(attribute="name", default="None")}
    assert marshal({"name": "ada b"}, shown) == {"name": "Ada B", "same": "Ada B"}
    assert marshal({}, shown) == {"name": None, "same": "None"}


def test_an_output_of_ones_own_gets_key_and_object():
    class Whole(fields.Raw):
        def output(self, key, obj):
            return f"{key} of {obj['id']}"

    assert marshal({"id": 3}, {"what": Whole}) == {"what": "what of 3"}


def test_other_values_are_put_into_a_text():
    shown = {"hello": fields.FormattedString("Hello {name}!")}
    assert marshal({"name": "Ada"}, shown) == {"hello": "Hello Ada!"}
    assert marshal(SimpleNamespace(name="Bob"), shown) == {"hello": "Hello Bob!"}
    with pytest.raises(fields.MarshallingException):
        marshal(None, shown)


def test_the_address_of_an_object():
    app = Flask(__name__)
    app.add_url_rule("/users/<int:id>", "user")
    shown = {
        "path": fields.Url("user"),
        "whole": fields.Url("user", absolute=True, scheme="https"),
    }
    with app.test_request_context("/"):
        row = SimpleNamespace(id=5, _state=object())
        # What the rule does not need would be a query string; it is left out.
        assert marshal(row, shown) == {
            "path": "/users/5",
            "whole": "https://localhost/users/5",
        }


def test_the_address_of_this_request():
    app = Flask(__name__)
    shown = {"uri": fields.Url}
    app.add_url_rule("/users/<int:id>", "user", lambda **values: marshal(values, shown))
    assert app.test_client().get("/users/3").json == {"uri": "/users/3"}
