"""Puts the engine under all apps of this process, or under one class."""

from collections.abc import Callable, Iterable
from types import MethodType
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider, JSONProvider as FlaskProvider

from . import templates
from .dispatch import ENGINE_METHODS, wsgi_app
from .flask31 import original_wsgi_app
from .json_provider import JSONProvider, fast_response, original_response
from .url_for import fast_url_for, original_url_for

# Owner, name, Flask's own function, the engine's function.
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
    (Flask, "url_for", original_url_for, fast_url_for),
    (DefaultJSONProvider, "response", original_response, fast_response),
)


class _Replaced:
    """A method of Flask in a class that is on the engine.

    It is the engine's function, or whatever has replaced Flask's own in its class, such
    as that of a tracer. As in Flask, that is decided when the attribute is read: what
    was bound before stays what it was.
    """

    def __init__(self, name: str) -> None:
        self.stock, self.ours = next(
            (stock, ours) for _, each, stock, ours in _PATCHES if each == name
        )
        self.name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        function = getattr(Flask, self.name)
        if function is self.stock:
            function = self.ours
        return function if instance is None else MethodType(function, instance)


class Engine:
    """A mixin that puts a Flask subclass on the engine: `class Carboy(Engine, Flask)`.

    Each method calls a replacement of Flask's own method, such as that of a tracer,
    if there is one.
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


for _name in ("create_jinja_environment", "update_template_context", "url_for"):
    setattr(Engine, _name, _Replaced(_name))
ENGINE_METHODS.add(Engine.wsgi_app)


def install() -> None:
    """Put the engine under every `flask.Flask` of this process, old and new."""
    for owner, name, stock, ours in _PATCHES:
        # Another replacement, such as that of a tracer, stays.
        if getattr(owner, name) is stock:
            setattr(owner, name, ours)


def uninstall() -> None:
    """Restore Flask's own code in every `flask.Flask`."""
    for owner, name, stock, ours in _PATCHES:
        if getattr(owner, name) is ours:
            setattr(owner, name, stock)
