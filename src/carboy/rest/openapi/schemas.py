"""JSON Schemas of the types that operations read and return."""

from typing import Any

import msgspec

from carboy.rest.typed import is_pydantic, schema_of_other, strip_optional

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
