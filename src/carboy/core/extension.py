"""Everything that a battery may hook into, on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import click
from flask import Blueprint, Flask, Response
from flask.sessions import SessionInterface
from jinja2 import ChoiceLoader, FileSystemLoader

from carboy.errors import WiringError

from .check import Checker
from .context import AppState
from .section import Section

S = TypeVar("S", bound=Section)

ReadinessCheck = Callable[[], str | None]
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Process:
    """A process that a site needs beside its web server, for `carboy dev`."""

    name: str
    command: tuple[str, ...]


@dataclass(slots=True)
class Registry:
    """What batteries have put on one app."""

    installed: dict[str, Extension] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    checkers: list[Checker] = field(default_factory=list)
    readiness_checks: dict[str, ReadinessCheck] = field(default_factory=dict)
    gauges: dict[str, Callable[[], float]] = field(default_factory=dict)
    shell: dict[str, Any] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)


_site: AppState[Registry] = AppState("carboy")


def registry_of(app: Flask) -> Registry:
    """Give what batteries have put on `app`, which need not be a `Carboy`."""
    return _site.find(app) or _site.set(app, Registry())


class Extension:
    """What a battery is: a name, what it needs, and an `install` that wires it.

    It is made without an app (`cache = Cache()`), and handed over later with
    `app.use(cache)`, or with `cache.init_app(app)`, which works on any Flask app.
    """

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, app: Flask | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Install this on `app`, which may be a plain Flask app."""
        install(self, app)

    def install(self, wiring: Wiring) -> None:
        """Hook into the app; everything there is to hook into is on `wiring`."""
        raise NotImplementedError


class Wiring:
    """What one battery may hook into, on one app."""

    def __init__(self, app: Flask, extension: Extension) -> None:
        self.app = app
        self.extension = extension
        self._site = registry_of(app)

    # Settings

    def settings(self, section: type[S]) -> S:
        """Read the battery's section from `app.config`, and mirror it there."""
        origins: Mapping[str, str] = getattr(self.app.config, "origins", {})
        made = section.read(self.app.config, origins)
        for item, value in made.items():
            # As the section has it: an environment tells numbers as text.
            for key in item.keys:
                self.app.config[key] = value
        self._site.sections[section.prefix] = made
        return made

    # Requests

    def before_request(self, function: Callable[[], Any]) -> None:
        """Call before each request; a result other than None is the answer."""
        self.app.before_request(function)

    def after_request(self, function: Callable[[Response], Response]) -> None:
        """Call with each response, in the opposite order of installation."""
        self.app.after_request(function)

    def teardown(self, function: Callable[[BaseException | None], None]) -> None:
        """Call when a context ends: request, task, command or `app_context()`."""
        self.app.teardown_appcontext(function)

    def error(self, error: type[Exception] | int, function: View) -> None:
        """Answer an exception or a status with `function(error)`."""
        self.app.register_error_handler(error, function)

    def sessions(self, interface: SessionInterface) -> None:
        """Keep Flask's `session` in another way."""
        self.app.session_interface = interface

    # Pages

    def route(self, rule: str, view: View, *, endpoint: str, **options: Any) -> None:
        """Answer a path; endpoints of batteries begin with their name and a dot."""
        self.app.add_url_rule(rule, endpoint, view, **options)

    def blueprint(self, blueprint: Blueprint, **options: Any) -> None:
        """Register a blueprint with the battery's own pages."""
        self.app.register_blueprint(blueprint, **options)

    def templates(self, folder: Path) -> None:
        """Add templates which a site overrides by a file of the same name."""
        own = FileSystemLoader(folder)
        before = self.app.jinja_env.loader
        loaders = [before, own] if before is not None else [own]
        self.app.jinja_env.loader = ChoiceLoader(loaders)

    def template_global(self, name: str, value: Any) -> None:
        """Give every template a name."""
        self.app.jinja_env.globals[name] = value

    def template_filter(self, name: str, function: Callable[..., Any]) -> None:
        """Give every template a filter."""
        self.app.jinja_env.filters[name] = function

    def template_extension(self, extension: str) -> None:
        """Give every template new tags, by a Jinja extension's dotted name."""
        self.app.jinja_env.add_extension(extension)

    def table(self, name: str) -> None:
        """Keep migrations away from a table that the battery makes itself."""
        self._site.tables.add(name)

    # People who run the site

    def command(self, command: click.Command) -> None:
        """Add to `carboy`, `manage.py` and `flask`."""
        self.app.cli.add_command(command)

    def check(self, checker: Checker) -> None:
        """Look for mistakes before the site is served."""
        self._site.checkers.append(checker)

    def readiness(self, check: ReadinessCheck) -> None:
        """Call `check` when `/-/ready` is asked for; it returns a problem, or None."""
        self._site.readiness_checks[self.extension.name] = check

    def gauge(self, name: str, function: Callable[[], float]) -> None:
        """Give `/-/metrics` a number under `carboy_<battery>_<name>`."""
        self._site.gauges[f"carboy_{self.extension.name}_{name}"] = function

    def shell(self, **names: Any) -> None:
        """Make names at hand in `carboy shell`."""
        self._site.shell.update(names)

    def process(self, name: str, *command: str) -> None:
        """Run `carboy <command>` beside the web server in `carboy dev`."""
        self._site.processes.append(Process(name, command))


def install(extension: Extension, app: Flask) -> None:
    """Install one battery on one app, or say why it cannot be."""
    site = registry_of(app)
    name = extension.name
    if name in site.installed:
        same = site.installed[name] is extension
        msg = (
            f"{name} is already installed on the app {app.name!r}"
            f"{'' if same else ', by another object'}. "
            f"Remove one of the two calls: app.use({name}) or {name}.init_app(app)."
        )
        raise WiringError(msg)
    if app._got_first_request:  # noqa: SLF001 - Flask has no public name for it
        msg = (
            f"{name} came after the first request, when the app {app.name!r} was "
            f"already answering. Install it where the app is made."
        )
        raise WiringError(msg)
    for need in extension.needs:
        if need not in site.installed:
            msg = (
                f"{name} needs {need}, which is not installed on the app "
                f"{app.name!r}. Install {need} first, or hand both over at once: "
                f"app.use(ext.{need}, ext.{name})."
            )
            raise WiringError(msg)
    extension.install(Wiring(app, extension))
    site.installed[name] = extension


def in_order(extensions: list[Extension], order: tuple[str, ...]) -> list[Extension]:
    """Sort batteries as `order` lists them; those of others keep theirs, last."""
    place = {name: index for index, name in enumerate(order)}
    return sorted(extensions, key=lambda e: place.get(e.name, len(order)))
