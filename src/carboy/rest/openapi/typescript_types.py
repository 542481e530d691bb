"""The types of TypeScript for JSON Schemas."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_WORD = re.compile(r"[A-Za-z0-9]+")
_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_TYPES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
# The class of errors and the types that each client has.
_TAKEN = {
    "Array": "ArrayType",
    "Blob": "BlobType",
    "ClientOptions": "ClientOptionsType",
    "Problem": "ProblemDocument",
    "Promise": "PromiseType",
    "Record": "RecordType",
    "RequestParts": "RequestPartsType",
    "Response": "ResponseType",
}


def name_type(name: str) -> str:
    """Return the name of the type of a component."""
    joined = "_".join(_WORD.findall(name)) or "Schema"
    if joined[0].isdigit():
        joined = f"_{joined}"
    joined = joined[0].upper() + joined[1:]
    return _TAKEN.get(joined, joined)


def quote_property(name: str) -> str:
    """Return the name of a property, in quotes if it is no identifier."""
    return name if _PLAIN.fullmatch(name) else json.dumps(name)


def declare_type(name: str, schema: Any) -> str:
    """Return the declaration of the type of a component."""
    comment = write_comment(schema.get("description", ""))
    return f"{comment}export type {name_type(name)} = {render_type(schema)};\n"


def write_comment(text: str, indent: str = "") -> str:
    """Return a comment for editors, or nothing."""
    lines = [line.strip() for line in text.replace("*/", "*\\/").splitlines()]
    if not any(lines):
        return ""
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"


def render_type(schema: Any) -> str:
    """Return the type of a schema."""
    if schema is False:
        return "never"
    if not isinstance(schema, dict):
        return "unknown"
    parts = list(_list_parts(schema))
    return " & ".join(parts) if parts else "unknown"


def render_object(properties: Mapping[str, Any], required: Any) -> str:
    """Return the type of an object with these properties."""
    fields = []
    for name, schema in properties.items():
        mark = "" if name in required else "?"
        fields.append(f"{quote_property(name)}{mark}: {render_type(schema)}")
    return "{ " + "; ".join(fields) + " }"


def _list_parts(schema: Mapping[str, Any]) -> Iterator[str]:
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield name_type(reference.rpartition("/")[2])
    for keyword in ("anyOf", "oneOf"):
        if schema.get(keyword):
            yield _join(render_type(branch) for branch in schema[keyword])
    for part in schema.get("allOf", ()):
        yield f"({render_type(part)})"
    if "const" in schema:
        yield json.dumps(schema["const"])
    elif "enum" in schema:
        yield _join(json.dumps(value) for value in schema["enum"])
    elif "type" in schema:
        types = schema["type"]
        names = [types] if isinstance(types, str) else types
        yield _join(_render_one(name, schema) for name in names)
    elif "properties" in schema:
        yield _render_one("object", schema)


def _join(types: Any) -> str:
    listed = list(dict.fromkeys(types))
    return listed[0] if len(listed) == 1 else f"({' | '.join(listed)})"


def _render_one(name: str, schema: Mapping[str, Any]) -> str:
    if name == "array":
        return _render_array(schema)
    if name == "object":
        return _render_mapping(schema)
    if name == "string" and schema.get("format") == "binary":
        return "Blob"
    return _TYPES.get(name, "unknown")


def _render_array(schema: Mapping[str, Any]) -> str:
    positions = [render_type(item) for item in schema.get("prefixItems", ())]
    if positions and schema.get("items") is False:
        return f"[{', '.join(positions)}]"
    if positions:
        rest = render_type(schema.get("items"))
        return f"[{', '.join(positions)}, ...Array<{rest}>]"
    return f"Array<{render_type(schema.get('items'))}>"


def _render_mapping(schema: Mapping[str, Any]) -> str:
    properties = schema.get("properties")
    if properties:
        return render_object(properties, schema.get("required", ()))
    return f"Record<string, {render_type(schema.get('additionalProperties'))}>"
