"""Typed state of batteries: one value for an app, or one for a context."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import Flask, current_app
from flask.ctx import AppContext
from flask.globals import app_ctx

from carboy.errors import WiringError

T = TypeVar("T")

_MISSING = object()


# The types of Flask hide that these are proxies. Made once: asking the proxy for its
# method each time takes longer than the method.
_get_app: Callable[[], Flask] = object.__getattribute__(
    current_app, "_get_current_object"
)
_get_app_context: Callable[[], AppContext] = object.__getattribute__(
    app_ctx, "_get_current_object"
)


def get_current_app() -> Flask:
    """Return the app of the current context, rather than the proxy to it."""
    return _get_app()


def _values() -> dict[str, Any]:
    """Return what `g` holds; through `g` itself each read would cost twice as much."""
    return _get_app_context().g.__dict__


class AppState(Generic[T]):
    """The value that a battery has for each app that it is installed on.

    It is stored in `app.extensions[name]`, where other extensions look for it too.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def set(self, app: Flask, value: T) -> T:
        """Set the value of `app`."""
        app.extensions[self.name] = value
        return value

    def find(self, app: Flask) -> T | None:
        """Return the value of `app`, or None."""
        value: T | None = app.extensions.get(self.name)
        return value

    def of(self, app: Flask) -> T:
        """Return the value of `app`, or raise an error that says how to install it."""
        value = app.extensions.get(self.name, _MISSING)
        if value is _MISSING:
            msg = (
                f"{self.name} is not installed on the app {app.name!r}. "
                f"Hand it over with app.use(...), or call init_app(app)."
            )
            raise WiringError(msg)
        stored: T = value
        return stored

    def current(self) -> T:
        """Return the value of the current app."""
        return self.of(_get_app())


class ContextState(Generic[T]):
    """The value that a battery has for a request, a task or an `app.app_context()`.

    `make` is called when it is first read there. It is stored in Flask's `g`.
    """

    def __init__(self, name: str, make: Callable[[], T]) -> None:
        self.name = f"_carboy_{name}"
        self._make = make

    def get(self) -> T:
        """Return the value of this context, made at the first call."""
        values = _values()
        value = values.get(self.name, _MISSING)
        if value is _MISSING:
            value = values[self.name] = self._make()
        stored: T = value
        return stored

    def find(self) -> T | None:
        """Return the value if it was made already, or None."""
        value: T | None = _values().get(self.name)
        return value

    def set(self, value: T) -> T:
        """Set the value of this context."""
        _values()[self.name] = value
        return value

    def pop(self) -> T | None:
        """Take the value out of this context."""
        value: T | None = _values().pop(self.name, None)
        return value
