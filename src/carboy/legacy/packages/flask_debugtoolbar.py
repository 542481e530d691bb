"""Flask-DebugToolbar where it is not installed: pages are served without the bar."""

from flask import Flask

from carboy.legacy.rows import Row


class AbsentToolbar:
    """What Flask-DebugToolbar's class takes; it adds nothing to pages."""

    def __init__(self, app: Flask | None = None) -> None:
        self.app = app

    def init_app(self, app: Flask) -> None:
        """Remember the app."""
        self.app = app


MODULES = ("flask_debugtoolbar",)
ROWS = (
    Row(
        "flask_debugtoolbar.DebugToolbarExtension",
        "",
        "carboy.legacy.packages.flask_debugtoolbar:AbsentToolbar",
        "remove it, or: pip install flask-debugtoolbar",
        "Pages have no toolbar while the package is not installed.",
        "flask_debugtoolbar",
    ),
)
