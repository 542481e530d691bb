"""The two sides of a comparison: where their app class comes from, when it is on."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import flask


@dataclass(frozen=True, slots=True)
class Side:
    """Stock Flask; the other sides have the same two methods."""

    name: str = "stock"
    edge: bool = False

    def make_class(self) -> type[flask.Flask]:
        """Return the class that the app is made of."""
        return flask.Flask

    @contextmanager
    def on(self) -> Iterator[None]:
        """Everything that the side does happens in here."""
        yield


class Installed(Side):
    """The engine under `flask.Flask`, taken away again after each use."""

    __slots__ = ()

    @contextmanager
    def on(self) -> Iterator[None]:
        """Install the engine for the time of the block."""
        engine = importlib.import_module("carboy.engine")
        engine.install()
        try:
            yield
        finally:
            engine.uninstall()


class Inherited(Side):
    """The engine in the bases of a class, as `Carboy` has it; nothing is installed."""

    __slots__ = ()

    def make_class(self) -> type[flask.Flask]:
        """Return a class on the engine with Flask's name."""
        engine = importlib.import_module("carboy.engine")
        return type("Flask", (engine.Engine, flask.Flask), {"__module__": "flask.app"})


class Edge(Inherited):
    """The engine behind the production edge, which hands it no environ."""

    __slots__ = ()


STOCK = Side()
INSTALLED = Installed("installed")
INHERITED = Inherited("inherited")
EDGE = Edge("edge", edge=True)
