"""JSON Schemas of the fields and arguments that Flask-RESTful's style declares."""

from collections.abc import Mapping
from typing import Any

from carboy.rest import fields, inputs

Schema = dict[str, Any]
# The first class that fits says what a field writes.
_TYPES: tuple[tuple[type[Any], Schema], ...] = (
    (fields.Integer, {"type": "integer"}),
    (fields.Float, {"type": ["number", "string"]}),
    (fields.Boolean, {"type": "boolean"}),
    (fields.DateTime, {"type": "string"}),
    (fields.Url, {"type": "string", "format": "uri-reference"}),
    (fields.Fixed, {"type": "string"}),
    (fields.Arbitrary, {"type": "string"}),
    (fields.FormattedString, {"type": "string"}),
    (fields.String, {"type": "string"}),
)
_ARGUMENTS: Mapping[Any, Schema] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    dict: {"type": "object"},
    list: {"type": "array", "items": {}},
    inputs.boolean: {"type": "boolean"},
    inputs.natural: {"type": "integer", "minimum": 0},
    inputs.positive: {"type": "integer", "minimum": 1},
    inputs.url: {"type": "string", "format": "uri"},
    inputs.date: {"type": "string", "format": "date"},
    inputs.datetime_from_iso8601: {"type": "string", "format": "date-time"},
}


def schema_of_fields(
    declared: Mapping[str, Any], envelope: str | None = None
) -> Schema:
    """Return the schema of what `marshal_with(declared, envelope)` writes."""
    properties = {name: schema_of_field(field) for name, field in declared.items()}
    schema: Schema = {"type": "object", "properties": properties}
    schema["required"] = list(properties)
    # A view returns one object, or a list of them.
    either: Schema = {"anyOf": [schema, {"type": "array", "items": schema}]}
    if envelope is None:
        return either
    return {"type": "object", "properties": {envelope: either}, "required": [envelope]}


def schema_of_field(field: Any) -> Schema:
    """Return the schema of one field: its type, or null."""
    if isinstance(field, Mapping):
        properties = {name: schema_of_field(each) for name, each in field.items()}
        return {"type": ["object", "null"], "properties": properties}
    if isinstance(field, fields.Nested) or (
        isinstance(field, type) and issubclass(field, fields.Nested)
    ):
        return schema_of_field(getattr(field, "nested", {}))
    if isinstance(field, fields.List):
        items = schema_of_field(field.container)
        return {"type": ["array", "null"], "items": items}
    kind = field if isinstance(field, type) else type(field)
    for known, schema in _TYPES:
        if issubclass(kind, known):
            names = schema["type"]
            names = names if isinstance(names, list) else [names]
            return {**schema, "type": [*names, "null"]}
    return {}


def schema_of_argument(argument: Any) -> Schema:
    """Return the schema of an argument of a `RequestParser`."""
    try:
        schema = dict(_ARGUMENTS.get(argument.type, {}))
    except TypeError:
        # A type that cannot be a key.
        schema = {}
    if argument.choices:
        schema["enum"] = list(argument.choices)
    if argument.action == "append":
        schema = {"type": "array", "items": schema}
    if argument.default is not None and not callable(argument.default):
        schema["default"] = argument.default
    return schema
