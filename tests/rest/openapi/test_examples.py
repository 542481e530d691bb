"""Examples: values that the schema allows."""

import msgspec
import pytest

from carboy.rest.openapi import Schemas
from carboy.rest.openapi.examples import make_example
from tests.rest.library import BookIn
from tests.rest.openapi.test_schemas import Tree
from tests.rest.typed.test_field_errors import Cat


@pytest.mark.parametrize("kind", [BookIn, Tree, list[Cat], dict[str, int], int | None])
def test_an_example_is_a_value_of_its_type(kind):
    schemas = Schemas()
    schema = schemas.add(kind)
    document = {"components": {"schemas": schemas.components}}

    example = make_example(document, schema)

    msgspec.convert(example, kind)


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"type": "integer", "exclusiveMinimum": 3}, 4),
        ({"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}, 1),
        ({"type": "integer", "minimum": 7}, 7),
        ({"type": "integer", "maximum": 0}, 0),
        ({"type": "string", "minLength": 6}, "textxx"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"enum": ["b", "a"]}, "b"),
        ({"example": 7, "type": "string"}, 7),
        ({"type": "string", "format": "email"}, "ann@example.com"),
    ],
)
def test_limits_are_kept(schema, example):
    assert make_example({}, schema) == example
