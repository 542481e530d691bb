"""JSON Schemas of the types that operations read and return."""

from copy import deepcopy
from typing import Any

import msgspec

from carboy.rest.typed import (
    DECIMAL_PATTERN,
    is_pydantic,
    schema_of_other,
    strip_optional,
)

# Clients may send decimals as texts, which keeps all digits, or as numbers.
_DECIMAL = {"type": ["string", "number"]}
_REFERENCE = "#/components/schemas/{name}"
Schema = dict[str, Any]


class Schemas:
    """The schemas of one document: each class once, under `components`."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        # As they were added: a class of the same name may be another one.
        self._added: dict[str, Schema] = {}
        # By the identity of the type, which may have no hash and is kept for that.
        self._known: dict[int, tuple[Any, Schema]] = {}

    def add(self, kind: Any) -> Schema:
        """Return the schema of a type, and keep those of the classes in it."""
        known = self._known.get(id(kind))
        if known is None:
            # Many operations answer with the same types.
            known = self._known[id(kind)] = kind, self._add(kind)
        return deepcopy(known[1])

    def _add(self, kind: Any) -> Schema:
        plain = strip_optional(kind)
        if is_pydantic(plain):
            return self._add_model(plain)
        (schema,), components = msgspec.json.schema_components(
            [kind], schema_hook=schema_of_other, ref_template=_REFERENCE
        )
        _describe_decimals([schema, components])
        return self._keep(schema, components)

    def add_component(self, name: str, component: Schema) -> Schema:
        """Keep a schema under a name, and return the reference to it."""
        return self._keep({"$ref": _REFERENCE.format(name=name)}, {name: component})

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
        components = schema.pop("$defs", {})
        components.setdefault(model.__name__, schema)
        return self._keep({"$ref": _REFERENCE.format(name=model.__name__)}, components)

    def _keep(self, schema: Schema, components: dict[str, Schema]) -> Schema:
        """Keep components, and return the schema with the names that they got."""
        names = {name: name for name in components}
        while True:
            changed = {name: _rename(each, names) for name, each in components.items()}
            chosen = {name: self._find_name(name, changed[name]) for name in components}
            if chosen == names:
                break
            names = chosen
        for name, each in changed.items():
            if names[name] not in self._added:
                self._added[names[name]] = each
                self.components[names[name]] = deepcopy(each)
        renamed: Schema = _rename(schema, names)
        return renamed

    def _find_name(self, name: str, component: Schema) -> str:
        """Return the name under which a component is, or can be."""
        candidate, number = name, 1
        while self._added.get(candidate, component) != component:
            number += 1
            candidate = f"{name}{number}"
        return candidate


def _rename(schema: Any, names: dict[str, str]) -> Any:
    """Return a copy of a schema whose references have other names."""
    if isinstance(schema, list):
        return [_rename(item, names) for item in schema]
    if not isinstance(schema, dict):
        return schema
    renamed = {key: _rename(value, names) for key, value in schema.items()}
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        renamed["$ref"] = _REFERENCE.format(name=names.get(name, name))
    return renamed


def _describe_decimals(schema: Any) -> None:
    if isinstance(schema, list):
        for item in schema:
            _describe_decimals(item)
    elif isinstance(schema, dict):
        if schema.get("format") == "decimal" and schema.get("type") == "string":
            schema.update(_DECIMAL)
            schema.setdefault("pattern", f"^{DECIMAL_PATTERN}$")
        for item in schema.values():
            _describe_decimals(item)
