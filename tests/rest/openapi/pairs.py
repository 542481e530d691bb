"""Pairs of small documents, each with the changes that stand between them."""

from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]
STR: Node = {"type": "string"}
INT: Node = {"type": "integer"}
DAY = "2026-06-01"


@dataclass(frozen=True)
class Pair:
    """Two documents, and the ids of the changes with `!` (breaking), `?` or `.`."""

    name: str
    old: Node
    new: Node
    changes: frozenset[str]


def _document(paths: Node, **others: Any) -> Node:
    return {"openapi": "3.1.1", "info": {}, "paths": paths, **others}


def make_operation(**parts: Any) -> Node:
    return _document({"/a": {"get": {"responses": {}, **parts}}})


def make_pair(name: str, old: Node, new: Node, changes: str) -> Pair:
    return Pair(name, old, new, frozenset(changes.split()))


def pair_operations(name: str, old: Node, new: Node, changes: str) -> Pair:
    return make_pair(name, make_operation(**old), make_operation(**new), changes)


def _parameter(name: str, old: Node | None, new: Node | None, changes: str) -> Pair:
    base = {"name": "q", "in": "query", "schema": STR}
    first = [] if old is None else [{**base, **old}]
    second = [] if new is None else [{**base, **new}]
    return pair_operations(name, {"parameters": first}, {"parameters": second}, changes)


def make_content(schema: Any) -> Node:
    return {"content": {"application/json": {"schema": schema}}}


def _life(**parts: Any) -> Node:
    return _document({"/a": {"get": parts, "put": {}}})


GONE = _document({"/a": {"put": {}}})
OLDER = {"deprecated": True}
READ: Node = {"content": {"text/csv": {}}}
BOTH_TYPES: Node = {"content": {"text/csv": {}, "text/html": {}}}
TOKEN, KEY = {"token": []}, {"key": []}

PATHS = [
    make_pair("nothing", _document({"/a": {}}), _document({"/a": {}}), ""),
    make_pair("new path", _document({}), _document({"/a": {}}), ".path-added"),
    make_pair("no path", _document({"/a": {}}), _document({}), "!path-removed"),
    make_pair("variable", _document({"/{a}": {}}), _document({"/{b}": {}}), ""),
    make_pair("new method", GONE, _life(), ".operation-added"),
    make_pair("no method", _life(), GONE, "!operation-removed"),
    make_pair(
        "deprecated method",
        _life(**OLDER),
        GONE,
        ".operation-removed-after-deprecation",
    ),
    make_pair(
        "sunset in the past",
        _life(**OLDER, **{"x-sunset": "2026-05-31"}),
        GONE,
        ".operation-removed-after-deprecation",
    ),
    make_pair(
        "sunset to come",
        _life(**OLDER, **{"x-sunset": "2026-06-02"}),
        GONE,
        "!operation-removed-before-sunset",
    ),
    make_pair(
        "sunset is no date",
        _life(**OLDER, **{"x-sunset": "soon"}),
        GONE,
        "!sunset-invalid",
    ),
    make_pair(
        "deprecated path",
        _document({"/a": {"get": OLDER}}),
        _document({}),
        ".operation-removed-after-deprecation",
    ),
    pair_operations("deprecation", {}, OLDER, ".operation-deprecated"),
    pair_operations("restoration", OLDER, {}, ".operation-restored"),
    pair_operations(
        "sunset taken away",
        {**OLDER, "x-sunset": "2026-07-01"},
        OLDER,
        "!sunset-removed",
    ),
    pair_operations(
        "sunset earlier",
        {**OLDER, "x-sunset": "2026-07-01"},
        {**OLDER, "x-sunset": "2026-06-20"},
        "!sunset-earlier",
    ),
    pair_operations(
        "sunset later",
        {**OLDER, "x-sunset": "2026-07-01"},
        {**OLDER, "x-sunset": "2026-08-01"},
        ".sunset-later",
    ),
    pair_operations("new id", {}, {"operationId": "a"}, ".operation-id-added"),
    pair_operations("no id", {"operationId": "a"}, {}, "?operation-id-removed"),
    pair_operations(
        "other id",
        {"operationId": "a"},
        {"operationId": "b"},
        "?operation-id-changed",
    ),
    pair_operations(
        "tags", {"tags": ["a"]}, {"tags": ["b"]}, ".tag-added .tag-removed"
    ),
    make_pair(
        "servers",
        _document({}, servers=[{"url": "/v1"}]),
        _document({}, servers=[{"url": "/v2"}]),
        "?server-removed .server-added",
    ),
    pair_operations("words", {"summary": "Read"}, {"summary": "Get"}, ""),
]

PARAMETERS = [
    _parameter("new required", None, {"required": True}, "!required-parameter-added"),
    _parameter("new optional", None, {}, ".optional-parameter-added"),
    _parameter("no parameter", {}, None, "?parameter-removed"),
    _parameter("required", {}, {"required": True}, "!parameter-became-required"),
    _parameter("optional", {"required": True}, {}, ".parameter-became-optional"),
    _parameter("deprecated", {}, OLDER, ".parameter-deprecated"),
    _parameter("restored", OLDER, {}, ".parameter-restored"),
    _parameter("exploded", {}, {"explode": False}, "!parameter-style-changed"),
    _parameter("same style", {}, {"style": "form"}, ""),
    _parameter(
        "other place",
        {"required": True},
        {"required": True, "in": "cookie"},
        "?parameter-removed !required-parameter-added",
    ),
    _parameter(
        "header in another case", {"in": "header"}, {"in": "header", "name": "Q"}, ""
    ),
    _parameter("narrowed", {"schema": {}}, {}, "!request-type-narrowed"),
    _parameter("type", {}, {"schema": INT}, "!request-type-changed"),
    make_pair(
        "parameter of the path item",
        _document({"/a": {"get": {}}}),
        _document({
            "/a": {
                "parameters": [{"name": "q", "in": "query", "required": True}],
                "get": {},
            }
        }),
        "!required-parameter-added",
    ),
    make_pair(
        "renamed variable with another type",
        _document({
            "/{a}": {
                "get": {"parameters": [{"name": "a", "in": "path", "schema": INT}]}
            }
        }),
        _document({
            "/{b}": {
                "get": {"parameters": [{"name": "b", "in": "path", "schema": STR}]}
            }
        }),
        "!request-type-changed",
    ),
]

MESSAGES = [
    pair_operations(
        "new required body",
        {},
        {"requestBody": {**READ, "required": True}},
        "!required-body-added",
    ),
    pair_operations(
        "new optional body", {}, {"requestBody": READ}, ".optional-body-added"
    ),
    pair_operations("no body", {"requestBody": READ}, {}, "!body-removed"),
    pair_operations(
        "body required",
        {"requestBody": READ},
        {"requestBody": {**READ, "required": True}},
        "!body-became-required",
    ),
    pair_operations(
        "body optional",
        {"requestBody": {**READ, "required": True}},
        {"requestBody": READ},
        ".body-became-optional",
    ),
    pair_operations(
        "body of a new media type",
        {"requestBody": READ},
        {"requestBody": BOTH_TYPES},
        ".request-media-type-added",
    ),
    pair_operations(
        "body without a media type",
        {"requestBody": BOTH_TYPES},
        {"requestBody": READ},
        "!request-media-type-removed",
    ),
    pair_operations(
        "response of a new media type",
        {"responses": {"200": READ}},
        {"responses": {"200": BOTH_TYPES}},
        ".response-media-type-added",
    ),
    pair_operations(
        "response without a media type",
        {"responses": {"200": BOTH_TYPES}},
        {"responses": {"200": READ}},
        "!response-media-type-removed",
    ),
    pair_operations(
        "new success", {}, {"responses": {"201": {}}}, ".success-status-added"
    ),
    pair_operations(
        "no success", {"responses": {"201": {}}}, {}, "!success-status-removed"
    ),
    pair_operations("new error", {}, {"responses": {"409": {}}}, ".error-status-added"),
    pair_operations(
        "no error", {"responses": {"409": {}}}, {}, ".error-status-removed"
    ),
]


def _headers(name: str, old: Node, new: Node, changes: str) -> Pair:
    return pair_operations(
        f"header: {name}",
        {"responses": {"200": {"headers": old}}},
        {"responses": {"200": {"headers": new}}},
        changes,
    )


SURE = {"required": True}
HEADERS = [
    _headers("new", {}, {"Link": {}}, ".header-added"),
    _headers("removed", {"Link": SURE}, {}, "!required-header-removed"),
    _headers("optional removed", {"Link": {}}, {}, ".optional-header-removed"),
    _headers("optional", {"Link": SURE}, {"Link": {}}, "!header-became-optional"),
    _headers("required", {"Link": {}}, {"Link": SURE}, ".header-became-required"),
    _headers("another case", {"Link": {}}, {"link": {}}, ""),
    _headers(
        "another type",
        {"Link": {"schema": STR}},
        {"Link": {"schema": INT}},
        "!response-type-changed",
    ),
]


def _security(name: str, old: Any, new: Any, changes: str) -> Pair:
    return pair_operations(
        f"security: {name}", {"security": old}, {"security": new}, changes
    )


def _schemes(**schemes: Any) -> Node:
    return _document({}, components={"securitySchemes": schemes})


SECURITY = [
    _security("new", [], [TOKEN], "!security-added"),
    _security("none", [TOKEN], [], ".security-dropped"),
    _security("no longer optional", [{}, TOKEN], [TOKEN], "!security-added"),
    _security("one more way", [TOKEN], [TOKEN, KEY], ".credentials-accepted"),
    _security("one way less", [TOKEN, KEY], [TOKEN], "!credentials-refused"),
    _security("new scope", [{"token": ["a"]}], [{"token": ["a", "b"]}], "!scope-added"),
    _security("scope less", [{"token": ["a"]}], [TOKEN], ".scope-removed"),
    make_pair(
        "security of the document",
        make_operation(),
        {**make_operation(), "security": [TOKEN]},
        "!security-added",
    ),
    make_pair("new scheme", _schemes(), _schemes(a={}), ".security-scheme-added"),
    make_pair("no scheme", _schemes(a={}), _schemes(), ".security-scheme-removed"),
    make_pair(
        "other scheme",
        _schemes(a={"type": "http", "scheme": "bearer"}),
        _schemes(a={"type": "http", "scheme": "basic"}),
        "!security-scheme-changed",
    ),
    make_pair(
        "case of a scheme",
        _schemes(a={"type": "http", "scheme": "bearer"}),
        _schemes(a={"type": "http", "scheme": "Bearer"}),
        "",
    ),
]

OPERATION_PAIRS = [*PATHS, *PARAMETERS, *MESSAGES, *HEADERS, *SECURITY]
