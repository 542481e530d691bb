"""A typed client in TypeScript: one file without dependencies, on `fetch`."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .operation_objects import describe_problem
from .resolved_schemas import SchemaResolver
from .typescript_runtime import RUNTIME
from .typescript_types import (
    declare_type,
    quote_property,
    render_type,
    write_comment,
)

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_WORD = re.compile(r"[A-Za-z0-9]+")
_RESERVED = frozenset([
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "arguments",
    "eval",
    "encodeBody",
    "readProblem",
    "sendRequest",
])
_PLACES = ("path", "query", "header")
_JSON = "application/json"
_SENT = "#sent#"
_STREAMS = ("application/x-ndjson", "text/event-stream")


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """An operation with its method and path."""

    method: str
    path: str
    operation: Mapping[str, Any]
    parameters: list[dict[str, Any]]

    @property
    def id(self) -> str:
        """Return the id of the operation, or a text that says which one it is."""
        return str(self.operation.get("operationId") or f"{self.method}{self.path}")


def write_client(document: Mapping[str, Any]) -> str:
    """Return the text of a client for the operations of a document."""
    info = document.get("info", {})
    components = document.get("components", {})
    schemas = {"Problem": describe_problem(), **components.get("schemas", {})}
    title = f"Client of {info.get('title', 'API')} {info.get('version', '')}".strip()
    head = write_comment(f"{title}, written by `carboy openapi client`.")
    types = "".join(declare_type(name, schemas[name]) for name in sorted(schemas))
    return "\n".join([head + types, RUNTIME, *_list_functions(document)])


def _list_functions(document: Mapping[str, Any]) -> Iterator[str]:
    resolver = SchemaResolver(document)
    used: set[str] = set()
    for endpoint in _list_endpoints(document, resolver):
        name = _name_function(endpoint.id)
        while name in used:
            name += "_"
        used.add(name)
        yield _write_function(name, endpoint, resolver)


def _list_endpoints(
    document: Mapping[str, Any], resolver: SchemaResolver
) -> Iterator[_Endpoint]:
    for path, item in document.get("paths", {}).items():
        for method in filter(item.__contains__, _METHODS):
            operation = item[method]
            listed = (*item.get("parameters", ()), *operation.get("parameters", ()))
            followed = [resolver.follow(raw) for raw in listed]
            yield _Endpoint(method, path, operation, followed)


def _name_function(text: str) -> str:
    first, *rest = _WORD.findall(text) or ["call"]
    name: str = first[0].lower() + first[1:]
    name += "".join(word[0].upper() + word[1:] for word in rest)
    if name[0].isdigit() or name in _RESERVED:
        name = f"_{name}"
    return name


def _write_function(name: str, endpoint: _Endpoint, resolver: SchemaResolver) -> str:
    operation = endpoint.operation
    fields, needed = _list_fields(endpoint.parameters)
    parts = ["...options"] if fields else []
    body = resolver.follow(operation.get("requestBody"))
    if content := body.get("content"):
        media_type = _JSON if _JSON in content else next(iter(content))
        mark = "" if body.get("required") else "?"
        needed = needed or not mark
        fields.append(f"body{mark}: {_render_body(media_type, content[media_type])}")
        parts = ["...options", f"bodyType: {json.dumps(media_type)}"]
    accept, result, reading = _read_result(operation, resolver)
    if accept:
        parts.append(f"accept: {json.dumps(accept)}")
    options = f"{{ {'; '.join(fields)} }}" if fields else ""
    last = f", options: {options}{'' if needed else ' = {}'}" if fields else ""
    texts = [str(operation.get(key) or "") for key in ("summary", "description")]
    texts.append("@deprecated" if operation.get("deprecated") else "")
    call = f"{json.dumps(endpoint.method.upper())}, {json.dumps(endpoint.path)}"
    sent = f"await sendRequest(client, {call}, {{ {', '.join(parts)} }})"
    return (
        f"{write_comment(chr(10).join(filter(None, texts)))}"
        f"export async function {name}(client: ClientOptions{last}): "
        f"Promise<{result}> {{\n  {reading.replace(_SENT, sent)}\n}}\n"
    )


def _list_fields(parameters: list[dict[str, Any]]) -> tuple[list[str], bool]:
    """Return the parameters as fields of the options, and whether one is required.

    Cookies are missing: pages may not set that header, browsers send them themselves.
    """
    fields, any_required = [], False
    for place in _PLACES:
        own = [item for item in parameters if item.get("in") == place]
        if not own:
            continue
        required = any(item.get("required") for item in own)
        any_required = any_required or required
        inner = "; ".join(map(_render_parameter, own))
        fields.append(f"{place}{'' if required else '?'}: {{ {inner} }}")
    return fields, any_required


def _render_parameter(parameter: Mapping[str, Any]) -> str:
    mark = "" if parameter.get("required") else "?"
    name = quote_property(str(parameter.get("name")))
    return f"{name}{mark}: {render_type(parameter.get('schema'))}"


def _render_body(media_type: str, content: Mapping[str, Any]) -> str:
    is_form = media_type.startswith(("multipart/", "application/x-www-form"))
    if media_type.endswith("json") or is_form:
        return render_type(content.get("schema"))
    return "BodyInit"


def _read_result(
    operation: Mapping[str, Any], resolver: SchemaResolver
) -> tuple[str, str, str]:
    """Return the media type to ask for, the type of the result, and how to read it."""
    found: dict[str, list[Any]] = {}
    empty = False
    for status, raw in operation.get("responses", {}).items():
        if not str(status).startswith("2"):
            continue
        content = resolver.follow(raw).get("content") or {}
        empty = empty or not content
        for media_type, described in content.items():
            found.setdefault(media_type, []).append(described.get("schema"))
    if not found:
        return "", "void", f"{_SENT};"
    accept = _JSON if _JSON in found else next(iter(found))
    if accept in _STREAMS:
        return accept, "Response", f"return {_SENT};"
    if accept.endswith("json"):
        types = " | ".join(dict.fromkeys(map(render_type, found[accept])))
        if not empty:
            return accept, types, f"return (await ({_SENT}).json()) as {types};"
        reading = f"const text = await ({_SENT}).text();"
        reading += f"\n  return text ? (JSON.parse(text) as {types}) : undefined;"
        return accept, f"{types} | undefined", reading
    if accept.startswith("text/"):
        return accept, "string", f"return ({_SENT}).text();"
    return accept, "Blob", f"return ({_SENT}).blob();"
