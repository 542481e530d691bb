"""The changes between two schemas, for what clients send or what they get."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from .change_rules import LIMITS, ChangeReport, Direction
from .resolved_schemas import (
    ALL_TYPES,
    Alternative,
    ResolvedSchema,
    Schema,
    SchemaResolver,
)

# Formats that hold all values of another one.
_WIDER_FORMATS = frozenset({("int32", "int64"), ("float", "double")})
_FLAGS = (
    ("uniqueItems", "unique-added", "unique-removed"),
    ("readOnly", "read-only-added", "read-only-removed"),
    ("writeOnly", "write-only-added", "write-only-removed"),
    ("deprecated", "property-deprecated", "property-restored"),
)


@dataclass(frozen=True, slots=True)
class _Position:
    """Where in a message a schema stands, and whether clients meet it there."""

    place: str
    direction: Direction
    harmless: bool = False

    def enter(self, part: str) -> "_Position":
        """Return the position of a part of the value."""
        joint = ": " if self.place.endswith((")", "body")) else "."
        return replace(self, place=f"{self.place}{joint}{part}")


class SchemaComparison:
    """Compares the schemas of two documents."""

    def __init__(
        self, old: SchemaResolver, new: SchemaResolver, report: ChangeReport
    ) -> None:
        self._old = old
        self._new = new
        self._report = report
        self._open: set[tuple[Any, ...]] = set()

    def compare(
        self, old: Any, new: Any, direction: Direction, place: str = ""
    ) -> None:
        """Report the changes between two schemas of a request or a response."""
        self._compare(old, new, _Position(place, direction))

    def _compare(self, old: Any, new: Any, at: _Position) -> None:
        before, after = self._old.resolve(old), self._new.resolve(new)
        names = (before.references, after.references)
        if not any(before.references):
            self._compare_resolved(before, after, at)
        elif names not in self._open:
            self._open.add(names)
            self._compare_resolved(before, after, at)
            self._open.discard(names)

    def _compare_resolved(
        self, before: ResolvedSchema, after: ResolvedSchema, at: _Position
    ) -> None:
        if before.nullable != after.nullable and not _accepts_all(before, after):
            self._add("null-added" if after.nullable else "null-removed", at)
        rest = list(after.alternatives)
        single = len(before.alternatives) == len(rest) == 1
        for old in before.alternatives:
            new = rest[0] if single else _find_match(old, rest)
            if new is None:
                self._add("alternative-removed", at, old=_name(old))
            else:
                rest.remove(new)
                self._compare_alternatives(old, new, at)
        for new in rest:
            self._add("alternative-added", at, new=_name(new))

    def _compare_alternatives(
        self, old: Alternative, new: Alternative, at: _Position
    ) -> None:
        if not self._compare_types(old, new, at):
            return
        self._compare_values(old.schema, new.schema, at)
        self._compare_limits(old.schema, new.schema, at)
        self._compare_items(old.schema, new.schema, at)
        self._compare_properties(old.schema, new.schema, at)

    def _compare_types(self, old: Alternative, new: Alternative, at: _Position) -> bool:
        """Report a change of type; return whether the rest can be compared."""
        before, after = _widen(old.types), _widen(new.types)
        if before == after:
            return True
        if before < after:
            change = "type-widened"
        elif after < before:
            change = "type-narrowed"
        else:
            change = "type-changed"
        self._add(change, at, old=_name_types(old.types), new=_name_types(new.types))
        return change != "type-changed"

    def _compare_values(self, old: Schema, new: Schema, at: _Position) -> None:
        self._compare_enums(old.get("enum"), new.get("enum"), at)
        self._compare_word("pattern", old.get("pattern"), new.get("pattern"), at)
        self._compare_formats(old.get("format"), new.get("format"), at)
        if "default" in old or "default" in new:
            before = _show(old["default"]) if "default" in old else None
            after = _show(new["default"]) if "default" in new else None
            self._compare_word("default", before, after, at)
        if old.get("discriminator") != new.get("discriminator"):
            self._add("discriminator-changed", at)
        before = _show(old["not"]) if "not" in old else None
        after = _show(new["not"]) if "not" in new else None
        self._compare_word("exclusion", before, after, at)
        for keyword, added, removed in _FLAGS:
            if bool(old.get(keyword)) != bool(new.get(keyword)):
                self._add(added if new.get(keyword) else removed, at)

    def _compare_word(self, name: str, old: Any, new: Any, at: _Position) -> None:
        if old == new:
            return
        if old is None:
            self._add(f"{name}-added", at, new=new)
        elif new is None:
            self._add(f"{name}-removed", at, old=old)
        else:
            self._add(f"{name}-changed", at, old=old, new=new)

    def _compare_formats(self, old: Any, new: Any, at: _Position) -> None:
        if (old, new) in _WIDER_FORMATS:
            self._add("format-widened", at, old=old, new=new)
        elif (new, old) in _WIDER_FORMATS:
            self._add("format-narrowed", at, old=old, new=new)
        else:
            self._compare_word("format", old, new, at)

    def _compare_enums(self, old: Any, new: Any, at: _Position) -> None:
        if old is None and new is not None:
            self._add("enum-added", at, new=_show_all(new))
        elif new is None and old is not None:
            self._add("enum-removed", at, old=_show_all(old))
        elif old is not None:
            for value in old:
                if value not in new:
                    self._add("enum-value-removed", at, old=_show(value))
            for value in new:
                if value not in old:
                    self._add("enum-value-added", at, new=_show(value))

    def _compare_limits(self, old: Schema, new: Schema, at: _Position) -> None:
        for keyword in LIMITS:
            before, after = old.get(keyword), new.get(keyword)
            if before == after:
                continue
            if before is None or after is None:
                self._compare_word(keyword, before, after, at)
            else:
                change = "raised" if after > before else "lowered"
                self._add(f"{keyword}-{change}", at, old=before, new=after)
        before, after = old.get("multipleOf"), new.get("multipleOf")
        if before == after or before is None or after is None:
            self._compare_word("multiple", before, after, at)
            return
        change = "changed"
        if after % before == 0:
            change = "narrowed"
        elif before % after == 0:
            change = "widened"
        self._add(f"multiple-{change}", at, old=before, new=after)

    def _compare_items(self, old: Schema, new: Schema, at: _Position) -> None:
        before, after = old.get("prefixItems", []), new.get("prefixItems", [])
        if len(before) != len(after):
            self._add("tuple-changed", at, old=len(before), new=len(after))
        for number, (first, second) in enumerate(zip(before, after, strict=False)):
            self._compare(first, second, at.enter(f"[{number}]"))
        if "items" in old and "items" in new:
            self._compare(old["items"], new["items"], at.enter("[]"))
        elif "items" in old and "array" in _types_of(new):
            self._add("items-removed", at)
        elif "items" in new and "array" in _types_of(old):
            self._add("items-added", at)

    def _compare_properties(self, old: Schema, new: Schema, at: _Position) -> None:
        before, after = old.get("properties", {}), new.get("properties", {})
        closed = new.get("additionalProperties") is False
        for name in before:
            if name not in after:
                self._report_removed(old, name, at.enter(name), closed=closed)
        for name, schema in after.items():
            required = name in new.get("required", ())
            inner = self._enter(schema, at, name)
            if name not in before:
                self._report_added(inner, required=required)
                continue
            if required != (name in old.get("required", ())):
                word = "required" if required else "optional"
                self._add(f"property-became-{word}", inner)
            self._compare(before[name], schema, inner)
        self._compare_additional(old, new, at)

    def _enter(self, schema: Any, at: _Position, name: str) -> _Position:
        """Return the position of a property; some never are in a message."""
        read_only = at.direction is Direction.REQUEST
        keyword = "readOnly" if read_only else "writeOnly"
        absent = any(
            item.schema.get(keyword) for item in self._new.resolve(schema).alternatives
        )
        return replace(at.enter(name), harmless=at.harmless or absent)

    def _report_added(self, at: _Position, *, required: bool) -> None:
        if required and at.direction is Direction.REQUEST:
            self._add("required-property-added", at)
        else:
            self._add("property-added", at)

    def _report_removed(
        self, old: Schema, name: str, at: _Position, *, closed: bool
    ) -> None:
        request = at.direction is Direction.REQUEST
        if request and closed:
            self._add("property-refused", at)
        elif not request and name in old.get("required", ()):
            self._add("required-property-removed", at)
        else:
            self._add("property-removed", at)

    def _compare_additional(self, old: Schema, new: Schema, at: _Position) -> None:
        before = old.get("additionalProperties", True)
        after = new.get("additionalProperties", True)
        if (before is False) != (after is False):
            if "object" in _types_of(old) and "object" in _types_of(new):
                change = "closed" if after is False else "opened"
                self._add(f"additional-{change}", at)
        elif isinstance(before, dict) or isinstance(after, dict):
            self._compare(before, after, at.enter("*"))

    def _add(self, name: str, at: _Position, **values: object) -> None:
        full = f"{at.direction}-{name}"
        self._report.add(full, at.place, harmless=at.harmless, **_texts(values))


def _texts(values: dict[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items()}


def _accepts_all(before: ResolvedSchema, after: ResolvedSchema) -> bool:
    """Return whether a schema without type, which allows null too, is among them."""
    return any(
        "type" not in item.schema and "enum" not in item.schema
        for item in (*before.alternatives, *after.alternatives)
        if not item.schema.get("properties")
    )


def _widen(types: frozenset[str]) -> frozenset[str]:
    """Return the types with those that they hold: each integer is a number."""
    return types | {"integer"} if "number" in types else types


def _types_of(schema: Schema) -> frozenset[str]:
    return Alternative(schema).types


def _find_match(old: Alternative, rest: list[Alternative]) -> Alternative | None:
    for same in _list_matches(old):
        matches = [new for new in rest if same(new)]
        if matches:
            return matches[0]
    return None


def _list_matches(old: Alternative) -> Iterator[Any]:
    if old.name:
        yield lambda new: new.name == old.name
    yield lambda new: new.schema == old.schema
    yield lambda new: not (new.name and old.name) and new.types == old.types


def _name(item: Alternative) -> str:
    return item.name or _name_types(item.types)


def _name_types(types: frozenset[str]) -> str:
    return "any" if types == ALL_TYPES else " or ".join(sorted(types))


def _show(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _show_all(values: list[Any]) -> str:
    return ", ".join(map(_show, values))
