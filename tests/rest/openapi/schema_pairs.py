"""Pairs of documents that differ in the schemas of a request or a response."""

from typing import Any

from tests.rest.openapi.pairs import (
    INT,
    STR,
    Node,
    Pair,
    make_content,
    make_operation,
    make_pair,
    pair_operations,
)


def _body(name: str, old: Any, new: Any, changes: str) -> Pair:
    first, second = (
        {"requestBody": make_content(old)},
        {"requestBody": make_content(new)},
    )
    return pair_operations(f"request: {name}", first, second, changes)


def _response(name: str, old: Any, new: Any, changes: str) -> Pair:
    first = {"responses": {"200": make_content(old)}}
    second = {"responses": {"200": make_content(new)}}
    return pair_operations(f"response: {name}", first, second, changes)


def _both(name: str, old: Any, new: Any, change: str, marks: str) -> list[Pair]:
    """Make a pair for each direction; `marks`: severity in requests, in responses."""
    return [
        _body(name, old, new, f"{marks[0]}request-{change}"),
        _response(name, old, new, f"{marks[1]}response-{change}"),
    ]


def _object(*required: str, **properties: Any) -> Node:
    return {"type": "object", "properties": properties, "required": list(required)}


ANY_OF = {"anyOf": [STR, INT]}
NULLABLE = {"type": ["string", "null"]}
VALUES = [
    *_both("type", STR, INT, "type-changed", "!!"),
    *_both("fewer types", {"type": "number"}, INT, "type-narrowed", "!."),
    *_both("more types", INT, {"type": "number"}, "type-widened", ".!"),
    *_both("null", STR, NULLABLE, "null-added", ".!"),
    *_both("no null", {"anyOf": [STR, {"type": "null"}]}, STR, "null-removed", "!."),
    _body("null in the words of 3.0", NULLABLE, {**STR, "nullable": True}, ""),
    *_both("format", STR, {**STR, "format": "date"}, "format-added", "!."),
    *_both("no format", {**STR, "format": "date"}, STR, "format-removed", ".!"),
    *_both(
        "other format",
        {**STR, "format": "date"},
        {**STR, "format": "time"},
        "format-changed",
        "!!",
    ),
    *_both(
        "larger integers",
        {**INT, "format": "int32"},
        {**INT, "format": "int64"},
        "format-widened",
        ".!",
    ),
    *_both("enum", STR, {**STR, "enum": ["a"]}, "enum-added", "!."),
    *_both("no enum", {**STR, "enum": ["a"]}, STR, "enum-removed", ".!"),
    *_both("new value", {"enum": [1]}, {"enum": [1, 2]}, "enum-value-added", ".!"),
    *_both("value less", {"enum": [1, 2]}, {"enum": [1]}, "enum-value-removed", "!."),
    _body("constant is an enum of one", {"const": 1}, {"enum": [1]}, ""),
    *_both("pattern", STR, {**STR, "pattern": "a"}, "pattern-added", "!."),
    *_both("no pattern", {**STR, "pattern": "a"}, STR, "pattern-removed", ".!"),
    *_both(
        "other pattern",
        {**STR, "pattern": "a"},
        {**STR, "pattern": "b"},
        "pattern-changed",
        "??",
    ),
    *_both("new default", STR, {**STR, "default": "a"}, "default-added", ".."),
    *_both(
        "other default",
        {**STR, "default": "a"},
        {**STR, "default": "b"},
        "default-changed",
        "..",
    ),
    *_both("maximum", INT, {**INT, "maximum": 5}, "maximum-added", "!."),
    *_both("no maximum", {**INT, "maximum": 5}, INT, "maximum-removed", ".!"),
    *_both(
        "lower maximum",
        {**INT, "maximum": 5},
        {**INT, "maximum": 4},
        "maximum-lowered",
        "!.",
    ),
    *_both(
        "higher minimum",
        {**INT, "minimum": 1},
        {**INT, "minimum": 2},
        "minimum-raised",
        "!.",
    ),
    *_both(
        "longer text",
        {**STR, "maxLength": 5},
        {**STR, "maxLength": 6},
        "maxLength-raised",
        ".!",
    ),
    *_both(
        "fewer items",
        {"type": "array", "minItems": 2},
        {"type": "array", "minItems": 1},
        "minItems-lowered",
        ".!",
    ),
    *_both("multiple", INT, {**INT, "multipleOf": 2}, "multiple-added", "!."),
    *_both(
        "narrower multiple",
        {**INT, "multipleOf": 2},
        {**INT, "multipleOf": 4},
        "multiple-narrowed",
        "!.",
    ),
    *_both(
        "unique items",
        {"type": "array"},
        {"type": "array", "uniqueItems": True},
        "unique-added",
        "!.",
    ),
    *_both(
        "items",
        {"type": "array", "items": STR},
        {"type": "array", "items": INT},
        "type-changed",
        "!!",
    ),
    *_both(
        "declared items",
        {"type": "array"},
        {"type": "array", "items": INT},
        "items-added",
        "!.",
    ),
    *_both("one form more", STR, ANY_OF, "alternative-added", ".!"),
    *_both("one form less", ANY_OF, STR, "alternative-removed", "!."),
    _body("other order of forms", ANY_OF, {"anyOf": [INT, STR]}, ""),
    *_both("exclusion", STR, {**STR, "not": {"enum": ["a"]}}, "exclusion-added", "!."),
]

CLOSED = {"additionalProperties": False}
A, A_SURE = _object(a=STR), _object("a", a=STR)
NONE: Node = {"type": "object", "properties": {}}
OBJECTS = [
    _body("new required property", NONE, A_SURE, "!request-required-property-added"),
    _body(
        "new required property with a default",
        NONE,
        _object("a", a={**STR, "default": ""}),
        "!request-required-property-added",
    ),
    _body("new optional property", NONE, A, ".request-property-added"),
    _body("no property", A, NONE, "?request-property-removed"),
    _body(
        "refused property",
        {**A, **CLOSED},
        {**NONE, **CLOSED},
        "!request-property-refused",
    ),
    _response("new property", NONE, A_SURE, ".response-property-added"),
    _response("no property", A, NONE, ".response-property-removed"),
    _response(
        "no required property", A_SURE, NONE, "!response-required-property-removed"
    ),
    *_both("required property", A, A_SURE, "property-became-required", "!."),
    *_both("optional property", A_SURE, A, "property-became-optional", ".!"),
    *_both("closed", A, {**A, **CLOSED}, "additional-closed", "!."),
    *_both("opened", {**A, **CLOSED}, A, "additional-opened", ".."),
    _body(
        "read-only property narrowed",
        _object(a={**STR, "readOnly": True}),
        _object(a={**STR, "readOnly": True, "maxLength": 1}),
        ".request-maxLength-added",
    ),
    _response(
        "write-only property widened",
        _object(a={**STR, "writeOnly": True, "maxLength": 1}),
        _object(a={**STR, "writeOnly": True}),
        ".response-maxLength-removed",
    ),
    _response(
        "property became read-only",
        A,
        _object(a={**STR, "readOnly": True}),
        ".response-read-only-added",
    ),
    _response(
        "deprecated property",
        A,
        _object(a={**STR, "deprecated": True}),
        ".response-property-deprecated",
    ),
    _response(
        "values of a mapping",
        {"type": "object", "additionalProperties": STR},
        {"type": "object", "additionalProperties": INT},
        "!response-type-changed",
    ),
    _response("the same in allOf", A_SURE, {"allOf": [A, {"required": ["a"]}]}, ""),
    _body("allOf asks more", A, {"allOf": [A, {"required": ["a"]}]},
          "!request-property-became-required"),
]  # fmt: skip


def _component(schema: Node) -> Node:
    return {
        **make_operation(
            responses={"200": make_content({"$ref": "#/components/schemas/Node"})}
        ),
        "components": {"schemas": {"Node": schema}},
    }


NEXT = {"anyOf": [{"$ref": "#/components/schemas/Node"}, {"type": "null"}]}
REFERENCES = [
    make_pair(
        "component that refers to itself",
        _component(_object(next=NEXT, a=STR)),
        _component(_object(next=NEXT, a=INT)),
        "!response-type-changed",
    ),
    make_pair(
        "component written in place",
        _component(A),
        make_operation(responses={"200": make_content(A)}),
        "",
    ),
]

SCHEMA_PAIRS = [*VALUES, *OBJECTS, *REFERENCES]
