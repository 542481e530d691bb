"""JSON Schemas of the fields and arguments that Flask-RESTful's style declares."""

from collections.abc import Mapping
from typing import Any

from carboy.rest import fields, inputs

from .schemas import Schema, Schemas

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


def schema_of_result(model: Any, schemas: Schemas) -> Schema:
    """Return the schema of what a method returns: a model, a list, a dict of them."""
    return _schema_of_model(model, schemas, is_body=False)


def schema_of_body(model: Any, schemas: Schemas) -> Schema:
    """Return the schema of what a client sends for a model: nothing read-only."""
    return _schema_of_model(model, schemas, is_body=True)


def _schema_of_model(model: Any, schemas: Schemas, *, is_body: bool) -> Schema:
    if isinstance(model, list):
        items = _schema_of_model(model[0], schemas, is_body=is_body)
        return {"type": "array", "items": items}
    if isinstance(model, Mapping):
        return _schema_of_mapping(model, schemas, is_body=is_body)
    field = model() if isinstance(model, type) else model
    if isinstance(field, fields.Raw):
        return _schema_of_member(field, schemas, is_body=is_body)
    # A type, such as that of a typed operation.
    return schemas.add(model)


def _schema_of_mapping(
    model: Mapping[str, Any], schemas: Schemas, *, is_body: bool
) -> Schema:
    members = {
        name: item() if isinstance(item, type) else item for name, item in model.items()
    }
    if is_body:
        members = {
            name: item
            for name, item in members.items()
            if not getattr(getattr(item, "options", None), "readonly", False)
        }
    properties = {
        name: _schema_of_model(item, schemas, is_body=is_body)
        for name, item in members.items()
    }
    # A response has all of them.
    required = [
        name
        for name, item in members.items()
        if not is_body or getattr(getattr(item, "options", None), "required", False)
    ]
    schema: Schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    if is_body and getattr(model, "strict", False):
        schema["additionalProperties"] = False
    name = getattr(model, "name", None)
    if name is None:
        return schema
    return schemas.add_component(f"{name}Body" if is_body else name, schema)


def _schema_of_member(field: Any, schemas: Schemas, *, is_body: bool) -> Schema:
    """Return the schema of one field, with what its options say."""
    may_be_null = not is_body and not field.options.required
    is_number_in_body = is_body and isinstance(field, fields.Float)
    if isinstance(field, fields.Nested):
        schema = _schema_of_model(field.nested, schemas, is_body=is_body)
        if field.allow_null:
            schema = {"anyOf": [schema, {"type": "null"}]}
    elif isinstance(field, fields.List):
        items = _schema_of_model(field.container, schemas, is_body=is_body)
        kind: Any = ["array", "null"] if may_be_null else "array"
        schema = {"type": kind, "items": items}
    else:
        schema = schema_of_field(field)
        if not may_be_null and "type" in schema:
            # What is no number is written as a text, but not read as one.
            unread = {"null", "string"} if is_number_in_body else {"null"}
            names = [name for name in schema["type"] if name not in unread]
            schema["type"] = names[0] if len(names) == 1 else names
    return {**schema, **_describe_options(field, may_be_null=may_be_null)}


def _describe_options(field: Any, *, may_be_null: bool) -> Schema:
    options = field.options
    described: Schema = {
        "title": options.title,
        "description": options.description,
        "readOnly": options.readonly or None,
        "multipleOf": options.multiple,
        "minLength": options.min_length,
        "maxLength": options.max_length,
        "pattern": options.pattern,
        "minItems": options.min_items,
        "maxItems": options.max_items,
        "exclusiveMinimum" if options.exclusiveMin else "minimum": options.min,
        "exclusiveMaximum" if options.exclusiveMax else "maximum": options.max,
        "examples": None if options.example is None else [options.example],
        "enum": options.list_choices() or None,
    }
    if described["enum"] and may_be_null:
        described["enum"].append(None)
    return {name: value for name, value in described.items() if value is not None}


def schema_of_argument(argument: Any) -> Schema:
    """Return the schema of an argument of a `RequestParser`."""
    try:
        schema = dict(_ARGUMENTS.get(argument.type, {}))
    except TypeError:
        # A type that cannot be a key.
        schema = {}
    if isinstance(argument.type, inputs.int_range):
        limits = argument.type
        schema = {"type": "integer", "minimum": limits.low, "maximum": limits.high}
    if argument.choices:
        schema["enum"] = list(argument.choices)
    if argument.action == "append":
        schema = {"type": "array", "items": schema}
    if argument.default is not None and not callable(argument.default):
        schema["default"] = argument.default
    return schema
