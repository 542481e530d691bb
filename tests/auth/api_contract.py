"""Holds each JSON answer of a site's pages of accounts to the OpenAPI document."""

import copy
import json
from typing import Any

from flask import Flask, Response, request
from jsonschema import Draft202012Validator

from carboy.rest.openapi import make_document
from carboy.site import list_operations


class ApiContract:
    """The document of one app, and how many answers were held to it."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._document: dict[str, Any] = {}
        # A field that the document does not name is a failure too.
        self._closed: dict[str, Any] = {}
        self.operations: dict[str, Any] = {}
        self.checked: set[tuple[str, int]] = set()
        app.after_request(self._check)

    @property
    def document(self) -> dict[str, Any]:
        """The document; made when it is first asked for."""
        if not self._document:
            registered = list_operations(self._app)
            self._document = make_document(self._app, (), registered=registered)
            self._closed = _close(self._document["components"])
            for item in self._document["paths"].values():
                for operation in item.values():
                    self.operations[operation["operationId"]] = operation
        return self._document

    def _check(self, response: Response) -> Response:
        endpoint = request.endpoint or ""
        if endpoint.startswith("auth.") and response.mimetype.endswith("json"):
            self.check(endpoint, request.method, response)
        return response

    def check(self, endpoint: str, method: str, response: Response) -> None:
        """Fail unless the document has this status, content type and body."""
        _ = self.document
        name = f"{endpoint}_{'get' if method == 'HEAD' else method.lower()}"
        status, what = response.status_code, (endpoint, method, response.status_code)
        documented = self.operations[name]["responses"]
        assert str(status) in documented, (what, response.get_data(as_text=True))
        content = documented[str(status)]["content"]
        assert response.mimetype in content, (what, response.mimetype)
        own = {"components": self._closed, **content[response.mimetype]["schema"]}
        body = json.loads(response.get_data())
        errors = [each.message for each in Draft202012Validator(own).iter_errors(body)]
        assert not errors, (what, body, errors)
        self.checked.add((name, status))


def _close(components: dict[str, Any]) -> dict[str, Any]:
    closed = copy.deepcopy(components)
    for name, schema in closed["schemas"].items():
        # RFC 9457 lets a problem have members of its own.
        if name != "Problem":
            schema["additionalProperties"] = False
    return closed
