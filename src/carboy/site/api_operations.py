"""JSON endpoints of batteries, as the OpenAPI document of a site describes them.

A battery registers what it has; `carboy.rest` writes it beside the APIs of the site.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from carboy.core import AppState


@dataclass(frozen=True, slots=True)
class ProblemBody:
    """A response that is a problem document (RFC 9457)."""

    text: str


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One method of an endpoint that is not part of an `Api`.

    `body` is a type or a JSON Schema; `responses` has, by status, the kinds of
    content: types, schemas or `ProblemBody`. One of `security` is enough; each has
    the name of a scheme and its definition.
    """

    endpoint: str
    method: str
    summary: str
    responses: Mapping[int, tuple[Any, ...]]
    tag: str = ""
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    security: tuple[tuple[str, Mapping[str, Any]], ...] = ()


OperationLister = Callable[[], Iterable[ApiOperation]]

_listers: AppState[list[OperationLister]] = AppState("carboy.site.api_operations")


def register_operations(app: Flask, list_own: OperationLister) -> None:
    """Have a function list operations each time when a document is written."""
    listers = _listers.find(app)
    if listers is None:
        listers = _listers.set(app, [])
    listers.append(list_own)


def list_operations(app: Flask) -> list[ApiOperation]:
    """List the registered operations of an app."""
    listers = _listers.find(app) or []
    return [operation for list_own in listers for operation in list_own()]
