"""What the pages of the documentation show of an OpenAPI document."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .examples import make_example
from .schema_text import describe_type, resolve

Node = Mapping[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter of an operation, as a row of a table."""

    name: str
    place: str
    type: str
    is_required: bool
    description: str
    default: str
    example: str


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of a body or response; `depth` counts the objects around it."""

    name: str
    depth: int
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Content:
    """A body or a response in one format."""

    media_type: str
    type: str
    fields: tuple[FieldRow, ...]
    example: str


@dataclass(frozen=True, slots=True)
class ResponseEntry:
    """A response of an operation; its content stands there once."""

    status: str
    description: str
    content: Content | None

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        return {"2": "good", "3": "info"}.get(self.status[0], "")


@dataclass(frozen=True, slots=True)
class OperationEntry:
    """One operation, as its page shows it."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    is_deprecated: bool
    parameters: tuple[ParameterRow, ...]
    body: Content | None
    responses: tuple[ResponseEntry, ...]
    security: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Its summary, or its name in words."""
        return self.summary or self.id.replace("_", " ").capitalize()

    @property
    def tone(self) -> str:
        """The colour of the badge of its method."""
        tones = {"GET": "info", "POST": "good", "DELETE": "bad"}
        return tones.get(self.method, "warn")

    def matches(self, words: list[str]) -> bool:
        """Return whether a search finds it."""
        text = f"{self.method} {self.path} {self.summary} {self.tag} {self.id}".lower()
        return all(word in text for word in words)

    def make_command(self, server: str) -> str:
        """Return a command of curl that calls the operation."""
        parts = ["curl"]
        if self.method != "GET":
            parts += ["-X", self.method]
        path = self.path
        pairs = []
        for row in self.parameters:
            if row.place == "path":
                path = path.replace(f"{{{row.name}}}", row.example or row.name)
            elif row.place == "query" and row.is_required:
                pairs.append(f"{row.name}={row.example}")
        query = f"?{'&'.join(pairs)}" if pairs else ""
        parts.append(shlex.quote(f"{server.rstrip('/')}{path}{query}"))
        if self.body is not None and self.body.media_type == "application/json":
            compact = json.dumps(json.loads(self.body.example or "{}"))
            parts += ["-H", shlex.quote("Content-Type: application/json")]
            parts += ["-d", shlex.quote(compact)]
        return " ".join(parts)


def list_operations(document: Node) -> list[OperationEntry]:
    """Return all operations of a document, in its order."""
    return [
        _make_entry(document, path, method, item[method])
        for path, item in document["paths"].items()
        for method in _METHODS
        if method in item
    ]


def group_by_tag(
    operations: list[OperationEntry],
) -> list[tuple[str, list[OperationEntry]]]:
    """Return the operations by their first tag, in the order of the tags."""
    groups: dict[str, list[OperationEntry]] = {}
    for operation in operations:
        groups.setdefault(operation.tag, []).append(operation)
    return list(groups.items())


def _make_entry(
    document: Node, path: str, method: str, described: Node
) -> OperationEntry:
    tags = described.get("tags") or [_first_segment(path)]
    schemes = [name for each in described.get("security", ()) for name in each]
    return OperationEntry(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        tag=tags[0],
        summary=described.get("summary", ""),
        description=described.get("description", ""),
        is_deprecated=bool(described.get("deprecated")),
        parameters=tuple(
            _make_parameter(document, each) for each in described.get("parameters", ())
        ),
        body=_make_content(document, described.get("requestBody")),
        responses=tuple(
            ResponseEntry(status, each["description"], _make_content(document, each))
            for status, each in described["responses"].items()
        ),
        security=tuple(schemes),
    )


def _first_segment(path: str) -> str:
    """Return the first part of an address that names something: `books`."""
    parts = [part for part in path.split("/") if part and "{" not in part]
    return parts[-1] if parts else "/"


def _make_parameter(document: Node, described: Node) -> ParameterRow:
    schema = described.get("schema", {})
    example = make_example(document, schema)
    return ParameterRow(
        name=described["name"],
        place=described["in"],
        type=describe_type(document, schema),
        is_required=bool(described.get("required")),
        description=described.get("description", ""),
        default="" if schema.get("default") is None else json.dumps(schema["default"]),
        example=example if isinstance(example, str) else json.dumps(example),
    )


def _make_content(document: Node, described: Node | None) -> Content | None:
    content = (described or {}).get("content")
    if not content:
        return None
    media_type, media = next(iter(content.items()))
    schema = media.get("schema", {})
    example = media.get("example")
    if example is None:
        example = make_example(document, schema)
    return Content(
        media_type=media_type,
        type=describe_type(document, schema),
        fields=tuple(_list_fields(document, schema, 0)),
        example=json.dumps(example, indent=2, ensure_ascii=False),
    )


def _list_fields(document: Node, schema: Node, depth: int) -> Iterator[FieldRow]:
    """Yield the fields of an object, or of the objects in a list."""
    schema = _find_object(document, schema)
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        yield FieldRow(
            name=name,
            depth=depth,
            type=describe_type(document, field),
            is_required=name in required,
            description=field.get("description", ""),
        )
        if depth < _DEEPEST:
            yield from _list_fields(document, field, depth + 1)


def _find_object(document: Node, schema: Node) -> Node:
    """Return the object that a schema is, has items of, or allows."""
    schema = resolve(document, schema)
    if "items" in schema and isinstance(schema["items"], dict):
        return _find_object(document, schema["items"])
    for name in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(name, ()):
            found = _find_object(document, each)
            if "properties" in found:
                return found
    return schema
