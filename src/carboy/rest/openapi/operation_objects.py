"""What OpenAPI says of one typed operation: parameters, body, responses."""

import inspect
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from carboy.rest.typed import (
    CSV,
    IDEMPOTENCY_KEY,
    KEY_PATTERN,
    LONGEST_SELECTION,
    SELECTION_PATTERN,
    Operation,
    Parameter,
    is_list,
    list_fields,
)
from carboy.site import PROBLEM_TYPE, status_phrase

from .schemas import Schema, Schemas

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_MULTIPART = "multipart/form-data"
_FORM = "application/x-www-form-urlencoded"


def describe_operation(
    operation: Operation, schemas: Schemas, *, closes: bool
) -> dict[str, Any]:
    """Return the Operation Object of a typed function."""
    options = operation.options
    summary, description = split_docstring(operation.function)
    described: dict[str, Any] = {"operationId": operation.name}
    if options.tags:
        described["tags"] = list(options.tags)
    if text := options.summary or summary:
        described["summary"] = text
    if description:
        described["description"] = description
    if options.deprecated:
        described["deprecated"] = True
    parameters = list(_list_parameters(operation, schemas))
    if parameters:
        described["parameters"] = parameters
    if body := _describe_body(operation, schemas, closes=closes):
        described["requestBody"] = body
    described["responses"] = _describe_responses(operation, schemas)
    if operation.security:
        described["security"] = [
            {scheme.name: list(scheme.scopes)} for scheme in operation.security
        ]
    return described


def split_docstring(function: Any) -> tuple[str, str]:
    """Return the first line of a docstring, and the rest."""
    text = inspect.getdoc(function) or ""
    first, _, rest = text.partition("\n")
    return first.strip().rstrip("."), rest.strip()


def describe_problem() -> Schema:
    """Return the schema of problem documents (RFC 9457)."""
    error = {
        "type": "object",
        "properties": {
            "in": {"type": "string"},
            "path": {"type": "string", "description": "JSON Pointer of the field."},
            "code": {"type": "string"},
            "message": {"type": "string"},
        },
        "required": ["in", "path", "code", "message"],
    }
    return {
        "title": "Problem",
        "type": "object",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
            "errors": {"type": "array", "items": error},
        },
        "required": ["type", "title", "status"],
    }


def _list_parameters(operation: Operation, schemas: Schemas) -> Iterator[Schema]:
    for parameter in operation.signature.of("path", "query", "header", "cookie"):
        if parameter.place != "path" and parameter.is_object:
            yield from _list_of_object(parameter, schemas)
        else:
            yield _describe_parameter(parameter, schemas)
    if operation.options.idempotent:
        yield {
            "name": IDEMPOTENCY_KEY,
            "in": "header",
            "required": False,
            "description": "A request that is sent again gets the first response.",
            "schema": {
                "type": "string",
                "minLength": 1,
                "maxLength": 255,
                "pattern": f"^{KEY_PATTERN}$",
            },
        }
    if operation.options.partial:
        yield {
            "name": "fields",
            "in": "query",
            "required": False,
            "description": "Names of the fields to return: id,title,author(name)",
            "schema": {
                "type": "string",
                "pattern": SELECTION_PATTERN,
                "maxLength": LONGEST_SELECTION,
            },
        }


def _describe_parameter(parameter: Parameter, schemas: Schemas) -> Schema:
    schema = _strip_null(schemas.add(parameter.type))
    if not parameter.is_required and parameter.default is not None:
        schema["default"] = msgspec.to_builtins(parameter.default)
    described: Schema = {
        "name": parameter.wire_name,
        "in": parameter.place,
        "required": parameter.place == "path" or parameter.is_required,
        "schema": schema,
    }
    if text := parameter.description or schema.pop("description", ""):
        described["description"] = text
    return described


def _list_of_object(parameter: Parameter, schemas: Schemas) -> Iterator[Schema]:
    schema = _resolve(schemas.add(parameter.type), schemas)
    required = schema.get("required", ())
    for name, _, _ in list_fields(parameter.type):
        own = _strip_null(schema["properties"][name])
        described = {
            "name": name,
            "in": parameter.place,
            "required": parameter.is_required and name in required,
            "schema": own,
        }
        if text := own.pop("description", ""):
            described["description"] = text
        yield described


def _describe_body(
    operation: Operation, schemas: Schemas, *, closes: bool
) -> Schema | None:
    bodies = operation.signature.of("body")
    if bodies:
        body = bodies[0]
        schema = schemas.add(body.type)
        if closes:
            schemas.close(schema)
        media: Schema = {"schema": schema}
        if operation.options.example is not None:
            media["example"] = msgspec.to_builtins(operation.options.example)
        return {"required": body.is_required, "content": {"application/json": media}}
    forms = operation.signature.of("form", "file")
    if not forms:
        return None
    has_files = any(each.place == "file" for each in forms)
    schema = _describe_form(forms, schemas)
    content = {_MULTIPART: {"schema": schema}}
    if not has_files:
        content = {_FORM: {"schema": schema}, **content}
    is_required = any(each.is_required for each in forms)
    return {"required": is_required, "content": content}


def _describe_form(parameters: list[Parameter], schemas: Schemas) -> Schema:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for parameter in parameters:
        if parameter.place == "file":
            binary: Schema = {"type": "string", "format": "binary"}
            is_many = is_list(parameter.type)
            least = {"minItems": 1} if parameter.is_required else {}
            many = {"type": "array", "items": binary, **least}
            own = many if is_many else binary
        elif parameter.is_object:
            schema = _resolve(schemas.add(parameter.type), schemas)
            properties |= schema["properties"]
            required += schema.get("required", [])
            continue
        else:
            own = _strip_null(schemas.add(parameter.type))
        properties[parameter.wire_name] = own
        if parameter.is_required:
            required.append(parameter.wire_name)
    described: Schema = {"type": "object", "properties": properties}
    return {**described, "required": required} if required else described


def _describe_responses(operation: Operation, schemas: Schemas) -> Schema:
    responder = operation.responder
    responses: Schema = {str(responder.status): _describe_success(operation, schemas)}
    for status in _list_statuses(operation):
        responses[str(status)] = _problem(status_phrase(status))
    for status, what in (operation.options.responses or {}).items():
        responses[str(status)] = _describe_extra(status, what, schemas)
    responses = dict(sorted(responses.items()))
    responses["default"] = _problem("Any other error")
    return responses


def _describe_success(operation: Operation, schemas: Schemas) -> Schema:
    responder = operation.responder
    described: Schema = {"description": status_phrase(responder.status)}
    result = operation.result
    if result.kind == "empty":
        return described
    if result.kind == "response":
        described["content"] = {"*/*": {}}
        return described
    schema = {} if result.type is Any else schemas.add(result.type)
    if operation.options.partial:
        # With `fields` none of them has to be there.
        schema = {"anyOf": [schema, {"type": "object"}, {"type": "array"}]}
    described["content"] = {
        media: {"schema": {"type": "string"} if media == CSV else schema}
        for media in responder.media_types
    }
    return described


def _describe_extra(status: int, what: Any, schemas: Schemas) -> Schema:
    """Return the response that the decorator names: words, or a type."""
    if isinstance(what, str):
        if status >= HTTPStatus.BAD_REQUEST:
            return _problem(what)
        return {"description": what}
    kinds = {"application/json": {"schema": schemas.add(what)}}
    return {"description": status_phrase(status), "content": kinds}


def _list_statuses(operation: Operation) -> Iterator[int]:
    signature = operation.signature
    if signature.of("body"):
        yield from (400, 413, 415)
    if operation.security:
        yield 401
    if signature.of("path") or operation.result.may_be_missing:
        yield 404
    if operation.result.kind in {"json", "stream", "events"}:
        yield 406
    options = operation.options
    if options.idempotent:
        yield 409
    if options.idempotent or len(signature.parameters) > len(signature.of("path")):
        yield 422
    if operation.rate is not None:
        yield 429


def _problem(description: str) -> Schema:
    return {"description": description, "content": {PROBLEM_TYPE: {"schema": _PROBLEM}}}


def _resolve(schema: Schema, schemas: Schemas) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    return dict(schemas.components[reference.rpartition("/")[2]])


def _strip_null(schema: Mapping[str, Any]) -> Schema:
    """Return the schema of a parameter, which cannot be null: it is left out."""
    others = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(others) == 1:
        schema = {
            **{key: value for key, value in schema.items() if key != "anyOf"},
            **others[0],
        }
    own = dict(schema)
    if own.get("default", ...) is None:
        del own["default"]
    return own
