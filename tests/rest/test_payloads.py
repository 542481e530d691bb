"""Every rule of a field holds for the bodies that are validated."""

import pytest
from flask import Flask
from werkzeug.exceptions import BadRequest

from carboy.rest import fields
from carboy.rest.field_models import FieldModel
from carboy.rest.payloads import validate_payload

POINT = FieldModel("Point", {"x": fields.Integer(required=True)})


def mistakes(field, value):
    model = {"f": field}
    with Flask("x").test_request_context(method="POST", json={"f": value}):
        try:
            validate_payload(model)
        except BadRequest as error:
            return list(vars(error)["data"]["errors"])
    return []


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        (fields.String, "a", 1),
        (fields.String(max_length=2), "ab", "abc"),
        (fields.String(pattern="^a"), "ab", "b"),
        (fields.String(enum=lambda: ["a"]), "a", "b"),
        (fields.Integer(min=1), 1, 0),
        (fields.Integer(max=3, exclusiveMax=True), 2, 3),
        (fields.Integer(multiple=2), 4, 3),
        (fields.Float, 1.5, "1.5"),
        (fields.Float, 2, None),
        (fields.Boolean, True, 1),
        (fields.Fixed, "1.5", True),
        (fields.DateTime, "2026-01-01", 1),
        (fields.List(fields.Integer, max_items=1), [1], [1, 2]),
        (fields.List(fields.Integer), [], ["a"]),
        (fields.Nested(POINT), {"x": 1}, {}),
        (fields.Nested(POINT, allow_null=True), None, []),
        ({"x": fields.Integer(required=True)}, {"x": 1}, {"x": "1"}),
        (fields.String(required=True, readonly=True), "x", 1),
    ],
)
def test_a_body_keeps_the_rules_of_a_field(field, right, wrong):
    assert mistakes(field, right) == []
    assert mistakes(field, wrong)


def test_anything_goes_where_nothing_is_said():
    assert mistakes(fields.Raw, {"any": [1]}) == []


def test_names_may_be_no_identifiers():
    model = {"first name": fields.String(required=True)}
    with Flask("x").test_request_context(method="POST", json={"first name": "a"}):
        validate_payload(model)
