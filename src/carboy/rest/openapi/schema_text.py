"""JSON Schemas in words: `integer, 1 to 100`."""

from collections.abc import Mapping
from typing import Any

from carboy.translation import gettext, gettext_noop

Node = Mapping[str, Any]
# Keywords of the least and the most, and the words around them.
_LIMITS = (
    ("minimum", "maximum", ""),
    ("exclusiveMinimum", "exclusiveMaximum", ""),
    ("minLength", "maxLength", gettext_noop("%(limits)s characters")),
    ("minItems", "maxItems", gettext_noop("%(limits)s items")),
)


def resolve(document: Node, schema: Node) -> Node:
    """Return the schema that a reference names."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found.get(part, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def describe_type(document: Node, schema: Node) -> str:
    """Return the type of a value, with its limits."""
    if "$ref" in schema:
        named = resolve(document, schema)
        return str(named.get("title") or schema["$ref"].rpartition("/")[2])
    for name in ("anyOf", "oneOf"):
        if name in schema:
            texts = [describe_type(document, each) for each in schema[name]]
            return " | ".join(dict.fromkeys(texts))
    if "enum" in schema or "const" in schema:
        choices = schema.get("enum") or [schema["const"]]
        return " | ".join(str(each) for each in choices)
    kinds = schema.get("type", "any")
    if isinstance(kinds, list):
        return " | ".join(_describe_kind(document, schema, each) for each in kinds)
    return _describe_kind(document, schema, kinds)


def _describe_kind(document: Node, schema: Node, kind: str) -> str:
    if kind == "array":
        inner = describe_type(document, schema.get("items", {}))
        return gettext("array of %(type)s", type=inner)
    if kind == "null":
        return kind
    text = f"{kind} ({schema['format']})" if schema.get("format") else kind
    limits = _describe_limits(schema)
    return f"{text}, {limits}" if limits else text


def _describe_limits(schema: Node) -> str:
    texts = []
    for least, most, unit in _LIMITS:
        low, high = schema.get(least), schema.get(most)
        if low is not None and high is not None:
            text = gettext("%(low)s to %(high)s", low=low, high=high)
        elif low is not None:
            text = f"{'> ' if 'exclusive' in least else '≥ '}{low}"
        elif high is not None:
            text = f"{'< ' if 'exclusive' in most else '≤ '}{high}"
        else:
            continue
        texts.append(gettext(unit, limits=text) if unit else text)
    if "pattern" in schema:
        texts.append(f"/{schema['pattern']}/")
    return ", ".join(texts)
