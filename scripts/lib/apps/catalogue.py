"""What an application is to this proof: its packages, its target, its tests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

NO_TESTS = "Its source distribution has no tests."


@dataclass(frozen=True)
class Suite:
    """The tests that a source distribution ships."""

    folder: str = "."
    """Where pytest runs, relative to the unpacked source."""
    arguments: tuple[str, ...] = ()
    """What pytest is asked to run."""
    packages: tuple[str, ...] = ()
    """What the tests need beside the application."""
    variables: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    """Which part of the tests runs, and why not all."""


@dataclass(frozen=True)
class Step:
    """A request written by hand; `{{name}}` is replaced by what was captured."""

    method: str
    path: str
    body: str | bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Application:
    """An application from PyPI, as its own documentation says to install and serve."""

    name: str
    packages: tuple[str, ...]
    target: str
    """`module:app`; a module of targets/ where the application has no such object."""
    flask_app: str = ""
    """Where the Flask app is found, if the target wraps it."""
    sdist: str = ""
    """Requirement of the source with tests and examples, such as `flask==3.1.3`."""
    source_folder: str = ""
    """Folder of the source that is on the path, for what is not in the package."""
    suite: Suite | None = None
    steps: tuple[Step, ...] = ()
    """What a visitor does first: log in, fill in forms."""
    paths: tuple[str, ...] = ("/",)
    """Where the crawl starts."""
    avoid: str = ""
    """Expression of paths that no two runs answer alike, with the reason in `note`."""
    captures: Mapping[str, str] = field(default_factory=dict)
    """Expression by name: tokens in pages that later requests have to send back."""
    prepare: tuple[tuple[str, ...], ...] = ()
    """Commands that fill the fresh folder of a run."""
    variables: Mapping[str, str] = field(default_factory=dict)
    server: str = ""
    """`gevent` where the application needs greenlets."""
    python: str = "3.11"
    note: str = ""

    @property
    def slug(self) -> str:
        """The name as a part of file names."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower())


def form(path: str, body: str, **headers: str) -> Step:
    """Return a step that sends an urlencoded form."""
    kind = ("Content-Type", "application/x-www-form-urlencoded")
    more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Step("POST", path, body, (kind, *more))


def json(path: str, body: str) -> Step:
    """Return a step that sends JSON."""
    return Step("POST", path, body, (("Content-Type", "application/json"),))


def get(path: str) -> Step:
    """Return a step that visits a page."""
    return Step("GET", path)
