"""What OpenAPI says of the operations that other batteries have registered."""

from collections.abc import Iterator
from typing import Any

from carboy.site import PROBLEM_TYPE, ApiOperation, ProblemBody, status_phrase

from .schemas import Schema, Schemas

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_JSON = "application/json"


def describe_registered(operation: ApiOperation, schemas: Schemas) -> dict[str, Any]:
    """Return the Operation Object of a registered operation, without its path."""
    described: dict[str, Any] = {"summary": operation.summary}
    if operation.tag:
        described["tags"] = [operation.tag]
    if operation.headers:
        described["parameters"] = list(_list_headers(operation))
    if operation.body is not None:
        schema = _describe(operation.body, schemas)
        described["requestBody"] = {
            "required": bool(schema.get("required")),
            "content": {_JSON: {"schema": schema}},
        }
    described["responses"] = {
        str(status): _describe_response(status, kinds, schemas)
        for status, kinds in sorted(operation.responses.items())
    }
    if operation.security:
        described["security"] = [{name: []} for name, _ in operation.security]
    return described


def _list_headers(operation: ApiOperation) -> Iterator[Schema]:
    for name, text in operation.headers.items():
        schema = {"type": "string"}
        yield {
            "name": name,
            "in": "header",
            "required": False,
            "description": text,
            "schema": schema,
        }


def _describe_response(status: int, kinds: tuple[Any, ...], schemas: Schemas) -> Schema:
    texts = [kind.text for kind in kinds if isinstance(kind, ProblemBody)]
    content: Schema = {}
    own = [
        _describe(each, schemas) for each in kinds if not isinstance(each, ProblemBody)
    ]
    if own:
        content[_JSON] = {"schema": own[0] if len(own) == 1 else {"anyOf": own}}
    if texts:
        content[PROBLEM_TYPE] = {"schema": _PROBLEM}
    # A response of several kinds has one description.
    text = " ".join(dict.fromkeys(texts)) or status_phrase(status)
    return {"description": text, "content": content}


def _describe(kind: Any, schemas: Schemas) -> Schema:
    return dict(kind) if isinstance(kind, dict) else schemas.add(kind)
