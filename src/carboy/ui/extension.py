"""The battery that gives pages their look: stylesheet, script, macros, addresses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from jinja2 import Environment
from markupsafe import Markup

from carboy.core import AppState, Extension, Wiring

from . import fields
from .assets import HashedFiles
from .columns import make_column
from .guide import show_guide

_FOLDER = Path(__file__).parent
_files: AppState[_Files] = AppState("carboy.ui")


class UI(Extension):
    """The battery that gives pages their look.

    Templates get `ui` (the macros of carboy/ui.html), `static_url`, `url_with` and the
    page shell `carboy/page.html`. In development /-/ui shows every piece.
    """

    name = "ui"

    def install(self, wiring: Wiring) -> None:
        """Add the templates, the static files and what templates call."""
        app = wiring.app
        _files.set(app, _Files(app))
        wiring.templates(_FOLDER / "templates")
        wiring.template_global("ui", Macros(app.jinja_env))
        wiring.template_global("static_url", static_url)
        wiring.template_global("url_with", url_with)
        wiring.template_global("ui_static", ui_static)
        # Replaced by the batteries that know more: languages, and forms.
        wiring.template_global("ui_text", str)
        wiring.template_global("ui_hidden", _no_hidden_fields)
        for name, function in _FILTERS.items():
            wiring.template_filter(name, function)
        wiring.route("/-/static/<digest>/<path:name>", _send_ours, endpoint="ui.static")
        if app.static_folder is not None:
            rule = f"{app.static_url_path}/-/<digest>/<path:name>"
            wiring.route(rule, _send_of_site, endpoint="ui.site_static")
        if app.debug or app.testing:
            wiring.route("/-/ui", show_guide, endpoint="ui.guide")


class Macros:
    """The macros of carboy/ui.html, or of the site's own file of that name."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Any:
        return getattr(self._environment.get_template("carboy/ui.html").module, name)


class _Files:
    """The static files of the battery and those of the site."""

    def __init__(self, app: Flask) -> None:
        watch = app.debug
        self.ours = HashedFiles(_FOLDER / "static", watch=watch)
        folder = app.static_folder
        self.site = HashedFiles(folder, watch=watch) if folder is not None else None


def static_url(name: str) -> str:
    """Return the address of a file in the site's static folder, with its digest.

    The file may be cached for ever: a changed file has another address. A file that
    does not exist gets Flask's plain address, whose 404 names it.
    """
    files = _files.current().site
    digest = files.digest(name) if files is not None else None
    if digest is None:
        return url_for("static", filename=name)
    return url_for("ui.site_static", digest=digest, name=name)


def ui_static(name: str) -> str:
    """Return the address of one of the battery's own files."""
    digest = _files.current().ours.digest(name) or "missing"
    # Not url_for: error pages are made where no address can be built.
    return f"{request.script_root}/-/static/{digest}/{name}"


def url_with(**changes: Any) -> str:
    """Return the address of this page with other query parameters; None removes one."""
    query: dict[str, Any] = {}
    for name, values in request.args.lists():
        query[name] = values[0] if len(values) == 1 else values
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    path = request.view_args or {}
    endpoint = request.endpoint
    if endpoint is None:
        return request.path
    return url_for(endpoint, **{**query, **path})


def _send_ours(digest: str, name: str) -> Any:
    return _files.current().ours.respond(digest, name)


def _send_of_site(digest: str, name: str) -> Any:
    files = _files.current().site
    if files is None:
        return current_app.send_static_file(name)
    return files.respond(digest, name)


def _no_hidden_fields(_form: object = None) -> Markup:
    return Markup("")


_FILTERS: dict[str, Callable[..., Any]] = {
    "ui_kind": fields.field_kind,
    "ui_class": fields.field_class,
    "ui_described_by": fields.described_by,
    "ui_messages": fields.list_messages,
    "ui_errors": fields.list_form_errors,
    "ui_has_files": fields.has_files,
    "ui_column": make_column,
}
