"""The OpenAPI 3.1 document of all APIs of an app."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from flask import Flask
from werkzeug.routing import Rule

from carboy.rest.namespace import Namespace
from carboy.rest.resource import Resource
from carboy.rest.resource_notes import notes_of_method
from carboy.rest.typed import Operation, Operations
from carboy.site import ApiOperation

from .operation_objects import describe_operation, describe_problem
from .registered_operations import describe_registered
from .resource_objects import describe_resource
from .schemas import Schemas

VERSION = "3.1.1"
_VARIABLE = re.compile(r"<(?:(?P<converter>[^<>:]+):)?(?P<name>[^<>:]+)>")
_METHODS = ("get", "post", "put", "patch", "delete")
_KINDS = {"int": "integer", "float": "number"}


class Described(Protocol):
    """The parts of an API that its description needs."""

    title: str
    version: str
    description: str
    endpoints: set[str]
    operations: Operations
    tags: dict[str, str]
    namespaces: list[Namespace]

    def full_endpoint(self, endpoint: str) -> str:
        """Return the name of an endpoint, with that of the blueprint."""


def make_document(
    app: Flask,
    apis: Iterable[Described],
    *,
    registered: Iterable[ApiOperation] = (),
    server: str = "/",
    closes: bool = True,
) -> dict[str, Any]:
    """Return the description of the APIs of an app; the first one gives the title.

    `registered` are operations of other batteries. `closes`: bodies have no other
    fields than those that are declared.
    """
    listed = list(apis)
    builder = _Builder(app, closes=closes)
    for api in listed:
        builder.add_operations(api)
        builder.add_resources(api)
    builder.add_registered(registered)
    info = {"title": "API", "version": "1"}
    if listed:
        info = {"title": listed[0].title, "version": listed[0].version}
        if listed[0].description:
            info["description"] = listed[0].description
    document = {
        "openapi": VERSION,
        "info": info,
        "servers": [{"url": server}],
        "paths": builder.paths,
        "components": builder.make_components(),
    }
    tags = [
        {"name": namespace.name, "description": namespace.description}
        for api in listed
        for namespace in api.namespaces
    ]
    return {**document, "tags": tags} if tags else document


class _Builder:
    """Collects the paths of a document, and what they refer to."""

    def __init__(self, app: Flask, *, closes: bool) -> None:
        self.paths: dict[str, dict[str, Any]] = {}
        self._app = app
        self._closes = closes
        self._schemas = Schemas()
        self._security: dict[str, Any] = {}

    def make_components(self) -> dict[str, Any]:
        """Return the schemas and the kinds of credentials."""
        schemas = {"Problem": describe_problem(), **self._schemas.components}
        components: dict[str, Any] = {"schemas": schemas}
        if self._security:
            components["securitySchemes"] = self._security
        return components

    def add_operations(self, api: Described) -> None:
        """Add the typed functions of an API."""
        for operation in api.operations:
            if operation.options.hidden:
                continue
            described = describe_operation(
                operation, self._schemas, closes=self._closes
            )
            for scheme in operation.security:
                self._security[scheme.name] = dict(scheme.definition)
            for rule in self._list_rules(api.full_endpoint(operation.endpoint)):
                self._add_operation(rule, operation, described)

    def add_resources(self, api: Described) -> None:
        """Add the resources of an API."""
        for endpoint in sorted(api.endpoints):
            name = api.full_endpoint(endpoint)
            kind = getattr(self._app.view_functions.get(name), "view_class", None)
            if isinstance(kind, type) and issubclass(kind, Resource):
                for number, rule in enumerate(self._list_rules(name)):
                    suffix = f"_{number + 1}" if number else ""
                    self._add_resource(
                        rule,
                        kind,
                        endpoint,
                        suffix,
                        tag=api.tags.get(endpoint, kind.__name__),
                        is_deprecated=api.operations.deprecated,
                    )

    def add_registered(self, operations: Iterable[ApiOperation]) -> None:
        """Add the operations of other batteries, below their endpoint's name."""
        for operation in operations:
            described = describe_registered(operation, self._schemas)
            for name, definition in operation.security:
                self._security.setdefault(name, dict(definition))
            for rule in self._list_rules(operation.endpoint):
                method = operation.method.lower()
                own = {"operationId": f"{operation.endpoint}_{method}", **described}
                parameters = [*_list_path_parameters(rule)]
                parameters += own.pop("parameters", [])
                if parameters:
                    own["parameters"] = parameters
                self._path_item(rule)[method] = own

    def _list_rules(self, endpoint: str) -> list[Rule]:
        return list(self._app.url_map.iter_rules(endpoint))

    def _add_operation(
        self, rule: Rule, operation: Operation, described: dict[str, Any]
    ) -> None:
        item = self._path_item(rule)
        for method in operation.methods:
            own = dict(described)
            if len(operation.methods) > 1:
                own["operationId"] = f"{described['operationId']}_{method.lower()}"
            item[method.lower()] = own

    def _add_resource(
        self,
        rule: Rule,
        kind: type[Resource],
        endpoint: str,
        suffix: str,
        *,
        tag: str,
        is_deprecated: bool,
    ) -> None:
        parameters = list(_list_path_parameters(rule))
        item = self._path_item(rule)
        for method in _METHODS:
            function = getattr(kind, method, None)
            if function is None or method.upper() not in (rule.methods or ()):
                continue
            notes = notes_of_method(kind, method)
            if notes.is_hidden:
                continue
            described = describe_resource(
                function,
                parameters,
                notes,
                self._schemas,
                has_body=method != "get",
            )
            described["operationId"] = f"{notes.id or f'{endpoint}_{method}'}{suffix}"
            described["tags"] = [tag]
            if is_deprecated:
                described["deprecated"] = True
            item[method] = described

    def _path_item(self, rule: Rule) -> dict[str, Any]:
        return self.paths.setdefault(_VARIABLE.sub(r"{\g<name>}", rule.rule), {})


def _list_path_parameters(rule: Rule) -> Iterator[Mapping[str, Any]]:
    for match in _VARIABLE.finditer(rule.rule):
        converter = (match["converter"] or "").partition("(")[0]
        kind = _KINDS.get(converter, "string")
        name = match["name"]
        schema = {"type": kind}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
