"""The pages of the documentation: an overview, operations, Swagger UI."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    render_template,
    request,
    send_from_directory,
)

from carboy.core import get_current_app
from carboy.site import relax_csp

from .reference import group_by_tag, list_operations

_FOLDER = Path(__file__).parent
_SWAGGER = "flask_swagger_ui"
# Its stylesheet has the pictures of its buttons in it.
_SWAGGER_POLICY = relax_csp({"img-src": "data:"})
MakeDocument = Callable[[], dict[str, Any]]


def make_blueprint(make: MakeDocument, is_open: Callable[[], bool]) -> Blueprint:
    """Return the blueprint of the documentation, 404 where it is closed."""
    pages = _DocsPages(make)
    blueprint = Blueprint(
        "carboy_rest",
        __name__,
        url_prefix="/-",
        static_folder=_FOLDER / "static",
        static_url_path="/docs/static",
    )

    @blueprint.before_request
    def refuse_if_closed() -> None:
        if not is_open():
            abort(404)

    for rule, name, view in (
        ("/openapi.json", "openapi", pages.openapi),
        ("/docs", "docs", pages.overview),
        ("/docs/operations/<operation_id>", "operation", pages.operation),
        ("/docs/swagger", "swagger", _SWAGGER_POLICY(pages.swagger)),
        ("/docs/swagger/<path:name>", "swagger_file", pages.swagger_file),
    ):
        blueprint.add_url_rule(rule, name, view)
    return blueprint


class _DocsPages:
    """The views, which read the document of the app."""

    def __init__(self, make: MakeDocument) -> None:
        self._make = make

    def openapi(self) -> Response:
        """Return the document."""
        body = msgspec.json.encode(self._make())
        return current_app.response_class(body, mimetype="application/json")

    def overview(self) -> str:
        """Show what the APIs are, and list their operations."""
        document = self._make()
        operations = list_operations(document)
        words = request.args.get("q", "").lower().split()
        found = [each for each in operations if each.matches(words)]
        schemes = document["components"].get("securitySchemes", {})
        return render_template(
            "carboy/rest/overview.html",
            document=document,
            groups=group_by_tag(found),
            count=len(found),
            total=len(operations),
            schemes=schemes,
            has_swagger=find_spec(_SWAGGER) is not None,
        )

    def operation(self, operation_id: str) -> str:
        """Show one operation, with a form that calls it."""
        document = self._make()
        operations = list_operations(document)
        entry = next((each for each in operations if each.id == operation_id), None)
        if entry is None:
            abort(404)
        schemes = document["components"].get("securitySchemes", {})
        return render_template(
            "carboy/rest/operation.html",
            document=document,
            groups=group_by_tag(operations),
            operation=entry,
            command=entry.make_command(request.host_url),
            schemes={name: schemes[name] for name in entry.security if name in schemes},
        )

    def swagger(self) -> str:
        """Show Swagger UI, if its files are installed."""
        if find_spec(_SWAGGER) is None:
            abort(404)
        return render_template("carboy/rest/swagger.html")

    def swagger_file(self, name: str) -> Response:
        """Send one of the files of Swagger UI."""
        spec = find_spec(_SWAGGER)
        if spec is None or spec.origin is None:
            abort(404)
        return send_from_directory(Path(spec.origin).parent / "dist", name)


def is_open_to(docs: str) -> bool:
    """Return whether the documentation is shown, by the setting REST_DOCS."""
    app = get_current_app()
    return docs == "always" or (docs == "development" and (app.debug or app.testing))
