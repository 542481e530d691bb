"""Schemas in the form in which they are compared."""

from carboy.rest.openapi.resolved_schemas import (
    ALL_TYPES,
    SchemaResolver,
    merge_schemas,
)

LOOP = "#/components/schemas/Loop"
DOCUMENT = {
    "components": {
        "schemas": {
            "Book": {"type": "object", "required": ["title"]},
            "Loop": {"anyOf": [{"$ref": LOOP}]},
            "a/b": {"type": "integer"},
        }
    }
}


def resolve(schema):
    return SchemaResolver(DOCUMENT).resolve(schema)


def test_a_reference_becomes_the_component_with_its_name():
    (found,) = resolve({"$ref": "#/components/schemas/Book"}).alternatives

    assert found.name == "Book"
    assert found.schema == {"type": "object", "required": ["title"]}
    (other,) = resolve({"$ref": "#/components/schemas/a~1b"}).alternatives
    assert other.types == {"integer"}


def test_null_is_no_alternative_of_its_own():
    found = resolve({"anyOf": [{"type": "string"}, {"type": "null"}]})

    assert found.nullable
    assert [item.types for item in found.alternatives] == [{"string"}]
    assert not resolve({"type": "null"}).nullable


def test_a_schema_that_is_nothing_but_itself_ends():
    (found,) = resolve({"$ref": LOOP}).alternatives

    assert found.types == ALL_TYPES


def test_both_parts_of_all_of_are_asked():
    merged = merge_schemas(
        {"minimum": 1, "maximum": 9, "required": ["a"], "enum": [1, 2]},
        {"minimum": 3, "maximum": 10, "required": ["b"], "enum": [2, 3]},
    )

    assert merged == {"minimum": 3, "maximum": 9, "required": ["a", "b"], "enum": [2]}


def test_exclusive_limits_of_openapi_3_0_are_numbers():
    (found,) = resolve({"minimum": 1, "exclusiveMinimum": True}).alternatives

    assert found.schema == {"exclusiveMinimum": 1}
