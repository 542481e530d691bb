"""Methods of resources: what their decorators and parsers say."""

from carboy.rest import Resource, fields, inputs, marshal_with, marshal_with_field
from carboy.rest.openapi.resource_objects import describe_resource
from carboy.rest.reqparse import RequestParser

parser = RequestParser()
parser.add_argument("title", required=True)
parser.add_argument("page", type=inputs.positive, location="args", default=1)


class Shelf(Resource):
    """Books of a shelf."""

    @marshal_with({"title": fields.String}, envelope="data")
    def get(self):
        """List the books.

        All of them.
        """

    @marshal_with_field(fields.Integer)
    def post(self):
        """Add a book."""


def schema_of(function):
    described = describe_resource(function, [])
    return described["responses"]["200"]["content"]["application/json"]["schema"]


def test_marshalled_fields_are_the_response():
    schema = schema_of(Shelf.get)

    assert schema["required"] == ["data"]
    one, _ = schema["properties"]["data"]["anyOf"]
    assert one["properties"] == {"title": {"type": ["string", "null"]}}
    assert schema_of(Shelf.post) == {"type": ["integer", "null"]}


def test_a_docstring_is_summary_and_description():
    described = describe_resource(Shelf.get, [])

    assert described["summary"] == "List the books"
    assert described["description"] == "All of them."


def test_a_parser_gives_parameters_and_a_body():
    def add():
        """Add a book."""

    vars(add)["expected_parser"] = parser

    described = describe_resource(add, [])

    assert described["parameters"] == [
        {
            "name": "page",
            "in": "query",
            "required": False,
            "schema": {"type": "integer", "minimum": 1, "default": 1},
        }
    ]
    body = described["requestBody"]
    assert body["required"]
    assert body["content"]["application/json"]["schema"]["required"] == ["title"]


def test_arguments_of_a_method_without_a_body_are_in_the_query_string():
    parser = RequestParser()
    parser.add_argument("limit", type=inputs.int_range(1, 50))
    parser.add_argument("X-Trace", location="headers")

    def get(self):
        """List."""

    vars(get)["expected_parser"] = parser
    described = describe_resource(get, [], has_body=False)

    assert "requestBody" not in described
    assert [(each["name"], each["in"]) for each in described["parameters"]] == [
        ("limit", "query"),
        ("X-Trace", "header"),
    ]
    limits = {"type": "integer", "minimum": 1, "maximum": 50}
    assert described["parameters"][0]["schema"] == limits
