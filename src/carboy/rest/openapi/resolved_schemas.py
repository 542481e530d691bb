"""Schemas in the one form in which they are compared: resolved and merged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .change_rules import LIMITS

Schema = dict[str, Any]
ALL_TYPES = frozenset({"string", "number", "boolean", "object", "array"})
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Alternative:
    """One form that a value may have; `name` is that of its component, if any."""

    schema: Schema
    name: str = ""

    @property
    def types(self) -> frozenset[str]:
        """Return the types of the value; all, if nothing is declared."""
        types = self.schema.get("type")
        if types is None:
            return ALL_TYPES
        return frozenset([types] if isinstance(types, str) else types)


@dataclass(frozen=True, slots=True)
class ResolvedSchema:
    """A schema as alternatives, without references, `allOf` and `null`."""

    alternatives: list[Alternative]
    nullable: bool = False
    references: tuple[str, ...] = field(default=())


class SchemaResolver:
    """Resolves the schemas of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def follow(self, node: Any) -> dict[str, Any]:
        """Return an object of the document, or what it refers to."""
        for _ in range(_MAX_DEPTH):
            if not isinstance(node, dict):
                return {}
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node
            node = self._find(reference)
        return {}

    def resolve(self, schema: Any) -> ResolvedSchema:
        """Return the alternatives of a schema."""
        listed = list(self._list_alternatives(schema, "", 0))
        others = [item for item in listed if item.schema.get("type") != "null"]
        if not others:
            return ResolvedSchema(listed)
        nullable = len(others) < len(listed)
        alternatives: list[Alternative] = []
        for item in others:
            plain, null = _strip_null(item.schema)
            nullable = nullable or null
            alternatives.append(Alternative(plain, item.name))
        references = tuple(item.name for item in alternatives)
        return ResolvedSchema(alternatives, nullable, references)

    def _list_alternatives(
        self, schema: Any, name: str, depth: int
    ) -> Iterator[Alternative]:
        plain = _read(schema)
        if depth > _MAX_DEPTH:
            yield Alternative({}, name)
            return
        reference = plain.get("$ref")
        if isinstance(reference, str):
            rest = {key: value for key, value in plain.items() if key != "$ref"}
            named = reference.rpartition("/")[2]
            merged = merge_schemas(_read(self._find(reference)), rest)
            yield from self._list_alternatives(merged, named, depth + 1)
            return
        parts = plain.get("allOf")
        if isinstance(parts, list):
            merged = {key: value for key, value in plain.items() if key != "allOf"}
            for part in parts:
                merged = merge_schemas(merged, self._expand(part))
            yield from self._list_alternatives(merged, name, depth + 1)
            return
        for keyword in ("anyOf", "oneOf"):
            if isinstance(plain.get(keyword), list) and plain[keyword]:
                yield from self._list_branches(plain, keyword, depth + 1)
                return
        yield Alternative(plain, name)

    def _list_branches(
        self, schema: Schema, keyword: str, depth: int
    ) -> Iterator[Alternative]:
        rest = {key: value for key, value in schema.items() if key != keyword}
        for branch in schema[keyword]:
            for item in self._list_alternatives(branch, "", depth):
                yield Alternative(merge_schemas(rest, item.schema), item.name)

    def _expand(self, part: Any) -> Schema:
        plain = _read(part)
        for _ in range(_MAX_DEPTH):
            reference = plain.get("$ref")
            if not isinstance(reference, str):
                return plain
            rest = {key: value for key, value in plain.items() if key != "$ref"}
            plain = merge_schemas(_read(self._find(reference)), rest)
        return {}

    def _find(self, reference: str) -> Any:
        node: Any = self._document
        for part in reference.removeprefix("#/").split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            node = node.get(key) if isinstance(node, dict) else None
        return node


def merge_schemas(first: Schema, second: Schema) -> Schema:
    """Return a schema that asks for what both ask."""
    merged = dict(first)
    for key, value in second.items():
        if key not in merged or merged[key] == value:
            merged[key] = value
        elif key == "properties":
            merged[key] = _merge_properties(merged[key], value)
        elif key == "required":
            merged[key] = [*dict.fromkeys([*merged[key], *value])]
        elif key == "enum":
            merged[key] = [item for item in merged[key] if item in value]
        elif key == "allOf":
            merged[key] = [*merged[key], *value]
        elif key in LIMITS:
            merged[key] = (max if LIMITS[key] else min)(merged[key], value)
        else:
            merged[key] = value
    return merged


def _merge_properties(first: Schema, second: Schema) -> Schema:
    merged = dict(first)
    for name, schema in second.items():
        known = merged.get(name)
        same = known is None or known == schema
        merged[name] = schema if same else {"allOf": [known, schema]}
    return merged


def _read(schema: Any) -> Schema:
    """Return a schema as an object, with the words of OpenAPI 3.1."""
    if schema is False:
        return {"not": {}}
    if not isinstance(schema, dict):
        return {}
    plain = dict(schema)
    if plain.pop("nullable", False) and isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    if "const" in plain:
        plain["enum"] = [plain.pop("const")]
    for edge in ("Minimum", "Maximum"):
        if isinstance(plain.get(f"exclusive{edge}"), bool):
            excluded = plain.pop(f"exclusive{edge}")
            if excluded and edge.lower() in plain:
                plain[f"exclusive{edge}"] = plain.pop(edge.lower())
    return plain


def _strip_null(schema: Schema) -> tuple[Schema, bool]:
    plain = dict(schema)
    nullable = False
    types = plain.get("type")
    if isinstance(types, list):
        nullable = "null" in types
        plain["type"] = [item for item in types if item != "null"]
    values = plain.get("enum")
    if isinstance(values, list) and None in values:
        plain["enum"] = [item for item in values if item is not None]
        nullable = nullable or types is None
    return plain, nullable
