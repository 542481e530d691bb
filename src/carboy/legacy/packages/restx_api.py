"""The class `Api` of Flask-RESTPlus, with the address of its document."""

from collections.abc import Callable
from typing import Any

import flask
from flask import redirect
from werkzeug.exceptions import HTTPException

from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use
from carboy.rest import Api, Resource

SWAGGER = Row(
    "GET /swagger.json, Api(doc='/doc/')",
    "",
    "they lead to /-/openapi.json and /-/docs",
    "/-/openapi.json and /-/docs",
    "The documentation is shown while developing, and with REST_DOCS=always.",
)
OPTIONS = Row(
    "Api(authorizations=…, license=…, contact=…)",
    "",
    "left out",
    "Api(title=…, version=…, description=…, security=…)",
)
_TEXTS = ("title", "version", "description")
_KNOWN = (
    "app",
    "prefix",
    "default_mediatype",
    "decorators",
    "catch_all_404s",
    "serve_challenge_on_401",
    "validate",
    "errors",
    "url_part_order",
    "format_checker",
)


class RestplusApi(Api):
    """Flask-RESTPlus's `Api`: resources, namespaces, models, and a document."""

    def __init__(
        self,
        app: Any = None,
        version: str = "1.0",
        title: str | None = None,
        description: str | None = None,
        **options: Any,
    ) -> None:
        self._doc_path = options.pop("doc", "/")
        self._answers_all: Callable[..., Any] | None = None
        options.pop("format_checker", None)
        old = [name for name in options if name not in _KNOWN]
        if old:
            record_use(OPTIONS)
        known = {name: value for name, value in options.items() if name in _KNOWN}
        super().__init__(
            title=title or "API",
            version=version,
            description=description or "",
            **known,
        )
        self.default_namespace = self
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Any, **options: Any) -> None:
        """Add the API, and the addresses of its document, to an app or a blueprint."""
        for name in _TEXTS:
            setattr(self, name, options.get(name) or getattr(self, name))
        super().init_app(app)
        prefix = self.prefix
        if self._doc_path is not False:
            rules = {
                "specs": ("/swagger.json", "carboy_rest.openapi"),
                "doc": (self._doc_path, "carboy_rest.docs"),
            }
            for endpoint, (path, target) in rules.items():
                app.add_url_rule(f"{prefix}{path}", endpoint, _make_redirect(target))

    def errorhandler(self, exception: Any) -> Any:
        """Answer an exception, or every one, with the function below."""
        if isinstance(exception, type) and issubclass(exception, Exception):
            return super().errorhandler(exception)
        super().errorhandler(Exception)(exception)
        self._answers_all = exception
        return exception

    def find_handler(self, error: Exception) -> Callable[..., Any] | None:
        """Return the handler of an exception; that for every one leaves 400 to 599."""
        found = super().find_handler(error)
        is_status = isinstance(error, HTTPException)
        return None if is_status and found is self._answers_all else found

    def add_resource(
        self, resource: type[Resource], *urls: str, **options: Any
    ) -> None:
        """Answer requests for these addresses with a resource."""
        kind: Any = resource
        if not hasattr(kind, "api"):
            kind.api = self
        super().add_resource(resource, *urls, **options)


def _make_redirect(endpoint: str) -> Callable[[], Any]:
    def lead() -> Any:
        record_use(SWAGGER)
        return redirect(flask.url_for(endpoint))

    return lead
