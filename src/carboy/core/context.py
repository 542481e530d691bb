"""Typed places for what a battery keeps: one per app, and one per context."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import Flask, current_app
from flask.globals import app_ctx

from carboy.errors import WiringError

T = TypeVar("T")

_MISSING = object()


def _kept() -> dict[str, Any]:
    """Give what `g` holds; through `g` itself each read would cost twice as much."""
    held: dict[str, Any] = app_ctx._get_current_object().g.__dict__  # type: ignore[attr-defined]  # noqa: SLF001 - the public way to the object behind the proxy
    return held


class AppState(Generic[T]):
    """What a battery keeps on each app that it is installed on.

    It lies in `app.extensions[name]`, where others look for it too.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def set(self, app: Flask, value: T) -> T:
        """Keep `value` on `app`."""
        app.extensions[self.name] = value
        return value

    def find(self, app: Flask) -> T | None:
        """Give what is kept on `app`, or None."""
        value: T | None = app.extensions.get(self.name)
        return value

    def of(self, app: Flask) -> T:
        """Give what is kept on `app`, or say how to get it there."""
        value = app.extensions.get(self.name, _MISSING)
        if value is _MISSING:
            msg = (
                f"{self.name} is not installed on the app {app.name!r}. "
                f"Hand it over with app.use(...), or call init_app(app)."
            )
            raise WiringError(msg)
        kept: T = value
        return kept

    def current(self) -> T:
        """Give what is kept on the app at work."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the public way to the object behind the proxy
        return self.of(app)


class ContextState(Generic[T]):
    """What a battery keeps for one request, task or `with app.app_context()`.

    `make` is called when it is first read there; the place is Flask's `g`.
    """

    def __init__(self, name: str, make: Callable[[], T]) -> None:
        self.name = f"_carboy_{name}"
        self._make = make

    def get(self) -> T:
        """Give the value of this context, made now if it is the first time."""
        kept = _kept()
        value = kept.get(self.name, _MISSING)
        if value is _MISSING:
            value = kept[self.name] = self._make()
        found: T = value
        return found

    def find(self) -> T | None:
        """Give the value if it was made already, without making it."""
        value: T | None = _kept().get(self.name)
        return value

    def set(self, value: T) -> T:
        """Put `value` into this context."""
        _kept()[self.name] = value
        return value

    def pop(self) -> T | None:
        """Take the value out of this context."""
        value: T | None = _kept().pop(self.name, None)
        return value
