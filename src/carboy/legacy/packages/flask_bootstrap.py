"""Flask-Bootstrap: its base page and its macros for forms, without another host."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask

from carboy.legacy.rows import Row

_TEMPLATES = Path(__file__).parents[1] / "templates"


class LocalBootstrap:
    """Flask-Bootstrap's class: it brings the templates `bootstrap/….html`."""

    def __init__(self, app: Flask | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Add the templates to an app."""
        blueprint = Blueprint(
            "bootstrap",
            __name__,
            template_folder=str(_TEMPLATES),
            root_path=str(_TEMPLATES),
        )
        app.register_blueprint(blueprint)
        app.extensions["bootstrap"] = self
        app.jinja_env.globals["bootstrap_is_hidden_field"] = _is_hidden
        app.jinja_env.globals["bootstrap_find_resource"] = _find_resource
        app.jinja_env.add_extension("jinja2.ext.do")


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
