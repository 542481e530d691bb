"""Examples of what a JSON Schema allows, for documentation."""

from collections.abc import Mapping
from typing import Any

from .schema_text import resolve

Node = Mapping[str, Any]
_DEEPEST = 5
_BY_FORMAT: Mapping[str, str] = {
    "date": "2030-12-31",
    "date-time": "2030-12-31T12:00:00Z",
    "time": "12:30:00",
    "duration": "PT1H30M",
    "uuid": "3f2b8c1e-5d4a-4e6b-9f70-1a2b3c4d5e6f",
    "email": "ann@example.com",
    "uri": "https://example.com/",
    "uri-reference": "/items/1",
    "binary": "",
}
_BY_TYPE: Mapping[str, Any] = {
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "null": None,
}


def make_example(document: Node, schema: Node, depth: int = 0) -> Any:
    """Return a value that a schema allows, the same one each time."""
    schema = resolve(document, schema)
    for name in ("example", "const"):
        if name in schema:
            return schema[name]
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    for name in ("anyOf", "oneOf", "allOf"):
        if schema.get(name):
            return make_example(document, schema[name][0], depth)
    return _make_typed(document, schema, depth)


def _make_typed(document: Node, schema: Node, depth: int) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object" or "properties" in schema:
        fields = schema.get("properties", {}) if depth < _DEEPEST else {}
        return {
            name: make_example(document, field, depth + 1)
            for name, field in fields.items()
        }
    if kind == "array":
        items = [schema.get("items", {})] if depth < _DEEPEST else []
        return [make_example(document, each, depth + 1) for each in items]
    return _make_plain(schema, str(kind))


def _make_plain(schema: Node, kind: str) -> Any:
    if kind == "string":
        text = _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE["string"])
        least = schema.get("minLength", 0)
        return text[: schema.get("maxLength", len(text))].ljust(least, "x")
    if kind in {"integer", "number"}:
        value = _BY_TYPE[kind]
        least = schema.get("minimum", value)
        if "exclusiveMinimum" in schema:
            least = schema["exclusiveMinimum"] + 1
        return min(max(value, least), schema.get("maximum", max(value, least)))
    return _BY_TYPE.get(kind)
