"""What is registered on an app by name: account sections, factors, providers."""

from typing import Generic, Protocol, TypeVar

from flask import Flask

from carboy.core import AppState
from carboy.errors import WiringError


class Named(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """Name that is unique on an app."""


N = TypeVar("N", bound=Named)


class NamedRegistry(Generic[N]):
    """Objects of an app, in the order in which they were registered.

    `what` is how messages call one of them.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._state: AppState[dict[str, N]] = AppState(f"carboy.auth.{what}")

    def add(self, app: Flask, item: N) -> None:
        """Register `item` on an app; the same object may be registered again."""
        by_name = self._state.find(app)
        if by_name is None:
            by_name = self._state.set(app, {})
        if by_name.setdefault(item.name, item) is not item:
            msg = (
                f"The app {app.name!r} has another {self._what} {item.name!r} already. "
                f"Choose another name."
            )
            raise WiringError(msg)

    def list(self, app: Flask) -> list[N]:
        """List what is registered on an app."""
        return [*(self._state.find(app) or {}).values()]

    def find(self, app: Flask, name: str) -> N | None:
        """Return what has this name on an app, or None."""
        return (self._state.find(app) or {}).get(name)
