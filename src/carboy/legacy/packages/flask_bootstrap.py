"""Flask-Bootstrap: its base page and its macros for forms, without another host."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from jinja2 import FunctionLoader

from carboy.legacy.rows import Row

_FOLDER = Path(__file__).parents[1] / "templates"
# The names that sites extend and import → our files.
_FILES = {
    "bootstrap/base.html": "bootstrap_page.html",
    "bootstrap/wtf.html": "bootstrap_fields.html",
    "bootstrap/utils.html": "bootstrap_messages.html",
    "bootstrap/pagination.html": "bootstrap_pagination.html",
}


class LocalBootstrap:
    """Flask-Bootstrap's class: it brings the templates `bootstrap/….html`."""

    def __init__(self, app: Flask | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Add the templates to an app."""
        blueprint = Blueprint("bootstrap", __name__)
        vars(blueprint)["jinja_loader"] = FunctionLoader(find_template)
        app.register_blueprint(blueprint)
        app.extensions["bootstrap"] = self
        app.jinja_env.globals["bootstrap_is_hidden_field"] = _is_hidden
        app.jinja_env.globals["bootstrap_find_resource"] = _find_resource
        app.jinja_env.add_extension("jinja2.ext.do")


def find_template(name: str) -> tuple[str, str, Callable[[], bool]] | None:
    """Return the text and the path of one of Flask-Bootstrap's templates."""
    if name not in _FILES:
        return None
    path = _FOLDER / _FILES[name]
    return path.read_text("utf-8"), str(path), lambda: True


def _is_hidden(field: Any) -> bool:
    return str(getattr(field, "type", "")) in {
        "HiddenField",
        "CSRFTokenField",
        "TokenField",
    }


def _find_resource(filename: str, *_: Any, **_old: Any) -> str:
    return f"/static/{filename}"


MODULES = ("flask_bootstrap",)
ROWS = (
    Row(
        "flask_bootstrap.Bootstrap",
        "Bootstrap 4 (its last release is of 2017)",
        "carboy.legacy.packages.flask_bootstrap:LocalBootstrap",
        '{% from "ui/forms.html" import form %} of carboy.ui',
        "No style sheet or script is loaded from another host.",
        "flask_bootstrap",
    ),
)
