"""The combinations of versions, and what is run in each."""

import re
import tomllib
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# What the tests of the engine, the server and the core need beside Carboy itself.
TEST_PACKAGES = (
    *("pytest", "pytest-timeout", "pytest-xdist", "hypothesis", "asgiref"),
    # Of the fixtures that any test may ask for.
    *("psycopg[binary]", "pymysql", "redis", "gevent"),
)
LOWER_BOUND = re.compile(r"^([\w-]+)(?:\[[\w,]+\])?>=([\w.]+)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A set of pins, and the parts of the tests that apply to it."""

    name: str
    parts: tuple[str, ...]
    pins: dict[str, str] = field(default_factory=dict)
    # A project that has all extras, and the packages that the other tests need.
    is_site: bool = True
    # The sides of conformance: a site needs Flask 3.1.
    sides: tuple[str, ...] = ("engine", "carboy")
    # Pythons differ in the oldest and the newest; else the first is enough.
    every_python: bool = False

    def requirements(self) -> list[str]:
        """Return what is installed into the environment of the cell."""
        own = "[all]" if self.is_site else ""
        pins = [f"{name}=={version}" for name, version in self.pins.items()]
        return ["--editable", f"{ROOT}{own}", *pins, *TEST_PACKAGES]


# A cell, the Python that it runs on, and the parts of its tests.
Run = tuple[Cell, str, tuple[str, ...]]


def read_lower_bound(package: str, extra: str = "") -> str:
    """Return the oldest version of a package that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (
        project["optional-dependencies"][extra] if extra else project["dependencies"]
    )
    for line in lines:
        match = LOWER_BOUND.match(line)
        if match and match[1] == package:
            return match[2]
    raise ValueError(f"pyproject.toml has no lower bound of {package} in {extra!r}.")


def list_cells() -> tuple[Cell, ...]:
    """Return all cells, with the pins that pyproject.toml names today."""
    flask, werkzeug = read_lower_bound("flask"), read_lower_bound("werkzeug")
    site = {
        "flask": read_lower_bound("flask", "site"),
        "werkzeug": read_lower_bound("werkzeug", "site"),
        "sqlalchemy": read_lower_bound("sqlalchemy", "db"),
    }
    engine = ("base", "engine", "server", "conformance", "differential")
    everything = ("engine", "server", "core", "db", "conformance", "differential")
    oldest = {"flask": flask, "werkzeug": werkzeug}
    return (
        Cell(
            "oldest",
            engine,
            oldest,
            is_site=False,
            sides=("engine",),
            every_python=True,
        ),
        Cell(
            "old-flask", engine[1:], {"flask": flask}, is_site=False, sides=("engine",)
        ),
        Cell("oldest-site", everything, site, every_python=True),
        Cell("sqlalchemy-2.0", ("db",), {"sqlalchemy": "2.0.*"}),
        Cell("newest", everything, every_python=True),
    )


CELLS = list_cells()


def list_runs(
    pythons: Iterable[str], cells: Container[str], parts: Container[str]
) -> list[Run]:
    """Return the chosen parts of the chosen cells, on each Python that they need."""
    return [
        (cell, version, tuple(part for part in cell.parts if part in parts))
        for cell in CELLS
        if cell.name in cells
        for number, version in enumerate(pythons)
        if number == 0 or cell.every_python
    ]


def list_short_runs(pythons: Iterable[str]) -> list[Run]:
    """Return what is run for each change: the oldest versions, on two Pythons."""
    oldest, *others = pythons
    runs: list[Run] = [(CELLS[0], oldest, ("engine", "conformance"))]
    return runs + [(CELLS[0], version, ("conformance",)) for version in others[-1:]]
