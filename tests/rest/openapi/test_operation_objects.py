"""Parameters, bodies and responses of one operation."""

from carboy.rest.openapi import Schemas
from carboy.rest.openapi.operation_objects import describe_operation, describe_problem
from tests.rest.library import make_api


def describe(name):
    [operation] = [each for each in make_api().operations if each.name == name]
    schemas = Schemas()
    return describe_operation(operation, schemas, closes=True), schemas


def test_the_fields_of_a_query_object_are_parameters():
    described, _ = describe("list_books")

    page, per_page, search = described["parameters"]
    assert (page["name"], page["in"], page["required"]) == ("page", "query", False)
    assert per_page["schema"]["maximum"] == 100
    assert search["schema"] == {"type": "string", "default": ""}


def test_a_body_has_no_other_fields():
    described, schemas = describe("create_book")

    assert described["requestBody"]["required"]
    assert schemas.components["BookIn"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas.components["BookOut"]
    assert next(iter(described["responses"])) == "201"
    assert {"400", "413", "415", "422"} <= set(described["responses"])


def test_a_form_with_a_file_is_multipart():
    described, _ = describe("create_note")

    [(media, content)] = described["requestBody"]["content"].items()
    assert media == "multipart/form-data"
    properties = content["schema"]["properties"]
    assert properties["scan"] == {"type": "string", "format": "binary"}
    assert content["schema"]["required"] == ["text"]


def test_a_stream_is_described_in_each_format():
    described, _ = describe("export_books")

    content = described["responses"]["200"]["content"]
    assert set(content) == {"application/x-ndjson", "text/csv", "text/event-stream"}
    assert content["text/csv"]["schema"] == {"type": "string"}


def test_an_operation_without_a_result_has_no_content():
    described, _ = describe("delete_book")

    assert "content" not in described["responses"]["204"]


def test_a_problem_names_its_errors():
    errors = describe_problem()["properties"]["errors"]

    assert set(errors["items"]["properties"]) == {"in", "path", "code", "message"}
