"""The types of TypeScript for JSON Schemas."""

import pytest

from carboy.rest.openapi.typescript_types import (
    declare_type,
    name_type,
    render_type,
    write_comment,
)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({}, "unknown"),
        (True, "unknown"),
        (False, "never"),
        ({"type": "integer"}, "number"),
        ({"type": ["string", "null"]}, "(string | null)"),
        ({"type": ["integer", "number"]}, "number"),
        ({"enum": ["a", 1, None]}, '("a" | 1 | null)'),
        ({"const": True}, "true"),
        ({"type": "string", "format": "binary"}, "Blob"),
        ({"type": "array", "items": {"type": "string"}}, "Array<string>"),
        ({"type": "array"}, "Array<unknown>"),
        (
            {"type": "array", "prefixItems": [{"const": 1}], "items": False},
            "[1]",
        ),
        (
            {"type": "array", "prefixItems": [{"const": 1}], "items": {"const": 2}},
            "[1, ...Array<2>]",
        ),
        ({"type": "object"}, "Record<string, unknown>"),
        (
            {"type": "object", "additionalProperties": {"type": "number"}},
            "Record<string, number>",
        ),
        (
            {"properties": {"a-b": {"type": "string"}, "c": {}}, "required": ["c"]},
            '{ "a-b"?: string; c: unknown }',
        ),
        ({"$ref": "#/components/schemas/Page_Book_"}, "Page_Book"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "(string | null)"),
        (
            {"allOf": [{"$ref": "#/x/A"}, {"oneOf": [{"$ref": "#/x/B"}, True]}]},
            "(A) & ((B | unknown))",
        ),
    ],
)
def test_each_schema_has_its_type(schema, expected):
    assert render_type(schema) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Book", "Book"),
        ("Page[Book]", "Page_Book"),
        ("book", "Book"),
        ("2fa", "_2fa"),
        ("Problem", "ProblemDocument"),
        ("Record", "RecordType"),
        ("-", "Schema"),
    ],
)
def test_names_of_components_become_names_of_types(name, expected):
    assert name_type(name) == expected


def test_a_description_cannot_leave_its_comment():
    text = write_comment("first */ alert(1)\nsecond")

    assert text == "/**\n * first *\\/ alert(1)\n * second\n */\n"


def test_a_declaration_carries_its_description():
    declared = declare_type("Id", {"type": "integer", "description": "Of a book."})

    assert declared == "/**\n * Of a book.\n */\nexport type Id = number;\n"
