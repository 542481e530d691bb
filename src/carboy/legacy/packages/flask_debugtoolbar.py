"""Flask-DebugToolbar where it is not installed: the recorder has its bar."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

from carboy.core import registry_of
from carboy.legacy.rows import Row, rows_of
from carboy.recorder import Recorder

_HERE = "carboy.legacy.packages.flask_debugtoolbar"
_EDIT = "remove it: the recorder is on in development by itself"
_SAFE = "The bar is that of the recorder; panels of the site are not shown."
# Module below `flask_debugtoolbar.panels` → the class in it.
_PANELS = {
    "config_vars": "ConfigVarsDebugPanel",
    "g": "GDebugPanel",
    "headers": "HeaderDebugPanel",
    "logger": "LoggingPanel",
    "profiler": "ProfilerDebugPanel",
    "request_vars": "RequestVarsDebugPanel",
    "route_list": "RouteListDebugPanel",
    "sqlalchemy": "SQLAlchemyDebugPanel",
    "template": "TemplateDebugPanel",
    "timer": "TimerDebugPanel",
    "versions": "VersionDebugPanel",
}
_F = TypeVar("_F", bound=Callable[..., Any])


class RecorderToolbar:
    """What Flask-DebugToolbar's class takes; in debug mode it installs the recorder."""

    def __init__(self, app: Flask | None = None) -> None:
        self.app = app
        self.debug_toolbars: dict[Any, Any] = {}
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Install the recorder, unless it is there or switched off."""
        self.app = app
        app.config.setdefault("DEBUG_TB_ENABLED", app.debug)
        app.config.setdefault("DEBUG_TB_PANELS", ())
        # A site with settings has the recorder in development by itself.
        has_recorder = getattr(app, "has_settings", False) or (
            Recorder.name in registry_of(app).installed
        )
        if app.debug and app.config["DEBUG_TB_ENABLED"] and not has_recorder:
            Recorder().init_app(app)


class AbsentPanel:
    """The base of panels, whose methods nothing calls."""

    name = "Base"
    has_content = False
    user_activate = False
    is_active = False

    def __init__(self, context: Any = None, **_options: Any) -> None:
        self.context = context or {}

    def nav_title(self) -> str:
        """Return the title in the bar."""
        return self.name

    def nav_subtitle(self) -> str:
        """Return the words below the title."""
        return ""

    def title(self) -> str:
        """Return the title of the content."""
        return self.name

    def url(self) -> str:
        """Return the address of the content."""
        return ""

    def content(self) -> str:
        """Return the content."""
        return ""

    def process_request(self, request: Any) -> None:
        """Look at a request."""

    def process_response(self, request: Any, response: Any) -> None:
        """Look at a response."""

    def process_view(self, request: Any, view_func: _F, view_kwargs: Any) -> _F:
        """Return the view, or another one."""
        del request, view_kwargs
        return view_func


_PANEL = f"{_HERE}:AbsentPanel"

MODULES = (
    "flask_debugtoolbar",
    "flask_debugtoolbar.panels",
    *(f"flask_debugtoolbar.panels.{name}" for name in _PANELS),
)
ROWS: tuple[Row, ...] = (
    *rows_of(
        "flask_debugtoolbar",
        "",
        {"DebugToolbarExtension": f"{_HERE}:RecorderToolbar"},
        _EDIT,
        _SAFE,
    ),
    *rows_of("flask_debugtoolbar.panels", "", {"DebugPanel": _PANEL}, _EDIT, _SAFE),
    *(
        row
        for module, name in _PANELS.items()
        for row in rows_of(
            f"flask_debugtoolbar.panels.{module}", "", {name: _PANEL}, _EDIT, _SAFE
        )
    ),
)
