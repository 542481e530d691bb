"""What OpenAPI says of one method of a `Resource`."""

from collections.abc import Mapping, Sequence
from typing import Any

from carboy.rest.reqparse import RequestParser

from .field_schemas import schema_of_argument, schema_of_field, schema_of_fields
from .operation_objects import split_docstring

_PLACES = {"args": "query", "headers": "header", "cookies": "cookie"}


def describe_resource(
    function: Any, parameters: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the Operation Object of a method, from its decorators and docstring."""
    summary, description = split_docstring(function)
    described: dict[str, Any] = {}
    if summary:
        described["summary"] = summary
    if description:
        described["description"] = description
    listed = [dict(each) for each in parameters]
    parser = getattr(function, "expected_parser", None)
    if isinstance(parser, RequestParser):
        listed += _list_arguments(parser)
        if body := _describe_body(parser):
            described["requestBody"] = body
    if listed:
        described["parameters"] = listed
    described["responses"] = {
        "200": {
            "description": "OK",
            "content": {"application/json": {"schema": _find_schema(function)}},
        },
        "default": {
            "description": "Error",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
    }
    return described


def _find_schema(function: Any) -> dict[str, Any]:
    declared = getattr(function, "marshal_fields", None)
    if declared is not None:
        return schema_of_fields(declared, getattr(function, "marshal_envelope", None))
    field = getattr(function, "marshal_field", None)
    return {} if field is None else schema_of_field(field)


def _list_arguments(parser: RequestParser) -> list[dict[str, Any]]:
    return [
        {
            "name": argument.name,
            "in": _PLACES[argument.location],
            "required": bool(argument.required),
            "schema": schema_of_argument(argument),
        }
        for argument in parser.args
        if argument.location in _PLACES
    ]


def _describe_body(parser: RequestParser) -> dict[str, Any] | None:
    own = [
        argument
        for argument in parser.args
        if not isinstance(argument.location, str) or argument.location not in _PLACES
    ]
    if not own:
        return None
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {each.name: schema_of_argument(each) for each in own},
    }
    if required := [each.name for each in own if each.required]:
        schema["required"] = required
    return {
        "required": bool(required),
        "content": {"application/json": {"schema": schema}},
    }
