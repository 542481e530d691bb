"""Schemas of Flask-RESTful's fields and arguments."""

import pytest

from carboy.rest import fields, inputs
from carboy.rest.arguments import Argument
from carboy.rest.field_models import FieldModel
from carboy.rest.openapi.field_schemas import (
    schema_of_argument,
    schema_of_body,
    schema_of_field,
)
from carboy.rest.openapi.schemas import Schemas


@pytest.mark.parametrize(
    ("field", "schema"),
    [
        (fields.Integer, {"type": ["integer", "null"]}),
        (fields.Float(), {"type": ["number", "string", "null"]}),
        (fields.Boolean, {"type": ["boolean", "null"]}),
        (fields.DateTime(), {"type": ["string", "null"]}),
        (fields.Fixed(decimals=2), {"type": ["string", "null"]}),
        (fields.Raw, {}),
        (
            fields.List(fields.String),
            {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
        ),
        (
            fields.Nested({"id": fields.Integer}),
            {
                "type": ["object", "null"],
                "properties": {"id": {"type": ["integer", "null"]}},
            },
        ),
    ],
)
def test_a_field_has_a_schema(field, schema):
    assert schema_of_field(field) == schema


@pytest.mark.parametrize(
    ("argument", "schema"),
    [
        (Argument("a", type=int), {"type": "integer"}),
        (Argument("a", type=inputs.boolean), {"type": "boolean"}),
        (
            Argument("a", type=str, choices=("x", "y")),
            {"type": "string", "enum": ["x", "y"]},
        ),
        (
            Argument("a", type=int, action="append"),
            {"type": "array", "items": {"type": "integer"}},
        ),
        (Argument("a", type=lambda value: value), {}),
        (Argument("a", type=int, default=3), {"type": "integer", "default": 3}),
    ],
)
def test_an_argument_has_a_schema(argument, schema):
    assert schema_of_argument(argument) == schema


def test_a_float_of_a_body_is_a_number_only():
    model = FieldModel("Pot", {"weight": fields.Float(min=0)})

    schemas = Schemas()
    body = schema_of_body(model, schemas)

    assert body == {"$ref": "#/components/schemas/PotBody"}
    properties = schemas.components["PotBody"]["properties"]
    assert properties["weight"] == {"type": "number", "minimum": 0}
