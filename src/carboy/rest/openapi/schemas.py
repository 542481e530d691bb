"""JSON Schemas of the types that operations read and return."""

from typing import Any

import msgspec

from carboy.rest.typed import is_pydantic, schema_of_other, strip_optional

# Clients may send decimals as texts, which keeps all digits, or as numbers.
_DIGITS = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
_DECIMAL = {"type": ["string", "number"], "pattern": _DIGITS}
_REFERENCE = "#/components/schemas/{name}"
Schema = dict[str, Any]


class Schemas:
    """The schemas of one document: each class once, under `components`."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}

    def add(self, kind: Any) -> Schema:
        """Return the schema of a type, and keep those of the classes in it."""
        plain = strip_optional(kind)
        if is_pydantic(plain):
            return self._add_model(plain)
        (schema,), components = msgspec.json.schema_components(
            [kind], schema_hook=schema_of_other, ref_template=_REFERENCE
        )
        _describe_decimals([schema, components])
        for name, component in components.items():
            self.components.setdefault(name, component)
        return schema

    def close(self, schema: Schema) -> None:
        """Refuse other fields in all objects of a schema."""
        self._close(schema, set())

    def _close(self, schema: Any, seen: set[str]) -> None:
        if isinstance(schema, list):
            for item in schema:
                self._close(item, seen)
        elif isinstance(schema, dict):
            reference = schema.get("$ref")
            if isinstance(reference, str):
                name = reference.rpartition("/")[2]
                if name not in seen:
                    seen.add(name)
                    self._close(self.components.get(name, {}), seen)
                return
            if "properties" in schema:
                schema.setdefault("additionalProperties", False)
            for key, value in schema.items():
                if key not in {"default", "enum", "const", "examples"}:
                    self._close(value, seen)

    def _add_model(self, model: Any) -> Schema:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        for name, component in schema.pop("$defs", {}).items():
            self.components.setdefault(name, component)
        self.components.setdefault(model.__name__, schema)
        return {"$ref": _REFERENCE.format(name=model.__name__)}


def _describe_decimals(schema: Any) -> None:
    if isinstance(schema, list):
        for item in schema:
            _describe_decimals(item)
    elif isinstance(schema, dict):
        if schema.get("format") == "decimal" and schema.get("type") == "string":
            schema.update(_DECIMAL)
        for item in schema.values():
            _describe_decimals(item)
