"""Schemas in words."""

import pytest

from carboy.rest.openapi.schema_text import describe_type

DOCUMENT = {"components": {"schemas": {"Book": {"title": "Book", "type": "object"}}}}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 9}, "integer, 1 to 9"),
        ({"type": "integer", "minimum": 1}, "integer, ≥ 1"),
        ({"type": "number", "exclusiveMaximum": 1}, "number, < 1"),
        ({"type": "string", "maxLength": 5}, "string, ≤ 5 characters"),
        ({"type": "string", "format": "date"}, "string (date)"),
        ({"type": "string", "pattern": "^a$"}, "string, /^a$/"),
        ({"type": ["string", "null"]}, "string | null"),
        ({"enum": ["a", 1]}, "a | 1"),
        ({"const": "x"}, "x"),
        ({"$ref": "#/components/schemas/Book"}, "Book"),
        ({"$ref": "#/components/schemas/Nothing"}, "Nothing"),
        (
            {"type": "array", "items": {"$ref": "#/components/schemas/Book"}},
            "array of Book",
        ),
        ({"anyOf": [{"type": "null"}, {"type": "null"}]}, "null"),
        ({}, "any"),
    ],
)
def test_a_type_is_described(schema, words):
    assert describe_type(DOCUMENT, schema) == words
