"""How the engine gets under an app: for all apps of this process, or for one class."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider, JSONProvider as FlaskProvider

from . import templates
from .dispatch import ENGINE_METHODS, wsgi_app
from .flask31 import original_wsgi_app
from .json_provider import JSONProvider, fast_response, original_response

# Owner, name, what Flask has there, what the engine has.
_PATCHES: tuple[tuple[Any, str, Any, Any], ...] = (
    (Flask, "wsgi_app", original_wsgi_app, wsgi_app),
    (
        Flask,
        "create_jinja_environment",
        templates.original_create_environment,
        templates.fast_create_environment,
    ),
    (
        Flask,
        "update_template_context",
        templates.original_update_context,
        templates.fast_update_context,
    ),
    (DefaultJSONProvider, "response", original_response, fast_response),
)


class Engine:
    """Makes a Flask subclass use the engine: `class Carboy(Engine, Flask)`.

    Each method looks first whether somebody, such as a tracer, has replaced Flask's:
    then that is called, as it would be in any other subclass.
    """

    json_provider_class: type[FlaskProvider] = JSONProvider

    def wsgi_app(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a WSGI request."""
        current: Any = Flask.wsgi_app
        if current is original_wsgi_app:
            current = wsgi_app
        answer: Iterable[bytes] = current(self, environ, start_response)
        return answer

    def create_jinja_environment(self) -> Any:
        """Create the environment of the templates."""
        current: Any = Flask.create_jinja_environment
        if current is templates.original_create_environment:
            current = templates.fast_create_environment
        return current(self)

    def update_template_context(self, context: dict[str, Any]) -> None:
        """Add what context processors give."""
        current: Any = Flask.update_template_context
        if current is templates.original_update_context:
            current = templates.fast_update_context
        current(self, context)


ENGINE_METHODS.add(Engine.wsgi_app)


def install() -> None:
    """Put the engine under every `flask.Flask` of this process, old and new."""
    for owner, name, stock, ours in _PATCHES:
        # Whoever has replaced it meanwhile keeps the place.
        if getattr(owner, name) is stock:
            setattr(owner, name, ours)


def uninstall() -> None:
    """Give every `flask.Flask` its own inside back."""
    for owner, name, stock, ours in _PATCHES:
        if getattr(owner, name) is ours:
            setattr(owner, name, stock)
