"""What OpenAPI says of one method of a `Resource`."""

from collections.abc import Mapping, Sequence
from typing import Any

from carboy.rest.reqparse import RequestParser
from carboy.rest.resource_notes import ResourceNotes, ResponseNote
from carboy.site import status_phrase

from .field_schemas import (
    schema_of_argument,
    schema_of_body,
    schema_of_field,
    schema_of_fields,
    schema_of_result,
)
from .operation_objects import split_docstring
from .schemas import Schemas

_PLACES = {"args": "query", "headers": "header", "cookies": "cookie"}
# How Flask-RESTX names types of parameters.
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
_NO_NOTES = ResourceNotes()


def describe_resource(
    function: Any,
    parameters: Sequence[Mapping[str, Any]],
    notes: ResourceNotes = _NO_NOTES,
    schemas: Schemas | None = None,
    *,
    has_body: bool = True,
) -> dict[str, Any]:
    """Return the Operation Object of a method, from its decorators and docstring.

    Without a body its arguments are described as those of the query string.
    """
    schemas = Schemas() if schemas is None else schemas
    summary, description = split_docstring(function)
    described: dict[str, Any] = {}
    if summary:
        described["summary"] = summary
    if text := notes.description or description:
        described["description"] = text
    if notes.is_deprecated:
        described["deprecated"] = True
    listed = [dict(each) for each in parameters]
    parser = getattr(function, "expected_parser", None)
    if isinstance(parser, RequestParser):
        listed += _list_arguments(parser, has_body=has_body)
        if has_body and (body := _describe_body(parser)):
            described["requestBody"] = body
    if notes.body is not None:
        media = {"schema": schema_of_body(notes.body, schemas)}
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": media},
        }
    if listed := _add_params(listed, notes):
        described["parameters"] = listed
    described["responses"] = _describe_responses(function, notes, schemas)
    if notes.security is not None:
        described["security"] = [_describe_security(each) for each in notes.security]
    return described


def _add_params(
    listed: list[dict[str, Any]], notes: ResourceNotes
) -> list[dict[str, Any]]:
    """Return the parameters with what decorators say of them."""
    by_name = {each["name"]: each for each in listed}
    for name, note in notes.params.items():
        kind = note.get("type", "string")
        schema = {"type": _TYPES.get(kind, kind)}
        if note.get("enum"):
            schema["enum"] = list(note["enum"])
        if note.get("default") is not None:
            schema["default"] = note["default"]
        own = by_name.setdefault(
            name,
            {
                "name": name,
                "in": note.get("in", "query"),
                "required": bool(note.get("required", False)),
                "schema": schema,
            },
        )
        if note.get("description"):
            own["description"] = note["description"]
    return list(by_name.values())


def _describe_responses(
    function: Any, notes: ResourceNotes, schemas: Schemas
) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    if not any(200 <= code < 300 for code in notes.responses):
        media = {"schema": _find_schema(function)}
        responses["200"] = {
            "description": "OK",
            "content": {"application/json": media},
        }
    for code, note in sorted(notes.responses.items()):
        responses[str(code)] = _describe_response(code, note, schemas)
    responses["default"] = {
        "description": "Error",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    return responses


def _describe_response(
    code: int, note: ResponseNote, schemas: Schemas
) -> dict[str, Any]:
    described: dict[str, Any] = {"description": note.description or status_phrase(code)}
    if note.model is not None:
        schema = schema_of_result(note.model, schemas)
        described["content"] = {"application/json": {"schema": schema}}
    if note.headers:
        described["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in note.headers.items()
        }
    return described


def _describe_security(each: Any) -> dict[str, Any]:
    """Return a requirement: a name, a scheme, or names with their scopes."""
    if isinstance(each, Mapping):
        return {
            name: [scopes] if isinstance(scopes, str) else list(scopes)
            for name, scopes in each.items()
        }
    return {getattr(each, "name", each): list(getattr(each, "scopes", ()))}


def _find_schema(function: Any) -> dict[str, Any]:
    declared = getattr(function, "marshal_fields", None)
    if declared is not None:
        return schema_of_fields(declared, getattr(function, "marshal_envelope", None))
    field = getattr(function, "marshal_field", None)
    return {} if field is None else schema_of_field(field)


def _list_arguments(parser: RequestParser, *, has_body: bool) -> list[dict[str, Any]]:
    return [
        {
            "name": argument.name,
            "in": place,
            "required": bool(argument.required),
            "schema": schema_of_argument(argument),
        }
        for argument in parser.args
        if (place := _find_place(argument, has_body=has_body)) is not None
    ]


def _find_place(argument: Any, *, has_body: bool) -> str | None:
    """Return the place of a parameter; None: the argument is in the body."""
    if isinstance(argument.location, str) and argument.location in _PLACES:
        return _PLACES[argument.location]
    return None if has_body else "query"


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
