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

from .check import Checker, check_obsolete
from .context import AppState
from .section import Section
from .solution import Solver

S = TypeVar("S", bound=Section)

ReadinessCheck = Callable[[], str | None]
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Process:
    """A process that a site needs beside its web server; `carboy dev` runs it."""

    name: str
    command: tuple[str, ...]


@dataclass(slots=True)
class Registry:
    """What batteries have registered on an app."""

    installed: dict[str, Extension] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    checkers: list[Checker] = field(default_factory=list)
    live_checkers: list[Checker] = field(default_factory=list)
    solvers: list[Solver] = field(default_factory=list)
    readiness_checks: dict[str, ReadinessCheck] = field(default_factory=dict)
    gauges: dict[str, Callable[[], float]] = field(default_factory=dict)
    # Functions that return a `Panel`: few processes ever ask for one.
    panels: dict[str, Callable[[], Any]] = field(default_factory=dict)
    shell: dict[str, Any] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    commands: dict[str, str] = field(default_factory=dict)
    models: dict[str, type[Any]] = field(default_factory=dict)
    migrations: dict[str, Path] = field(default_factory=dict)


_registry: AppState[Registry] = AppState("carboy")


def registry_of(app: Flask) -> Registry:
    """Return the registry of `app`, which need not be a `Carboy`."""
    return _registry.find(app) or _registry.set(app, Registry())


class Extension:
    """A battery: a name, the batteries that it needs, and `install`.

    It is made without an app (`cache = Cache()`), and installed later with
    `app.use(cache)`, or with `cache.init_app(app)`, which works on any Flask app.
    """

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, app: Flask | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Install the battery on `app`, which may be a plain Flask app."""
        install(self, app)

    def install(self, wiring: Wiring) -> None:
        """Hook into the app with the methods of `wiring`."""
        raise NotImplementedError


class Wiring:
    """Everything that a battery may hook into, on one app."""

    def __init__(self, app: Flask, extension: Extension) -> None:
        self.app = app
        self.extension = extension
        self._registry = registry_of(app)

    # Settings

    def settings(self, section: type[S]) -> S:
        """Read the battery's section from `app.config`, and write it back converted."""
        known = self._registry.sections.get(section.prefix)
        if known is not None and type(known) is not section:
            msg = (
                f"{self.extension.name} has a section of settings with the prefix "
                f"{section.prefix!r}, which {type(known).__qualname__} of "
                f"{type(known).__module__} has already. Choose another prefix."
            )
            raise WiringError(msg)
        if (read_others := getattr(self.app.config, "read_others", None)) is not None:
            read_others(section.fields())
        origins: Mapping[str, str] = getattr(self.app.config, "origins", {})
        settings = section.read(self.app.config, origins)
        for item, value in settings.items():
            # Converted: in an environment, numbers are text.
            for key in item.keys:
                self.app.config[key] = value
        self._registry.sections[section.prefix] = settings
        self._log_obsolete(section)
        return settings

    def _log_obsolete(self, section: type[Section]) -> None:
        """Log the settings that do nothing any more, where no check reports them."""
        if not getattr(self.app, "has_settings", False):
            for check in check_obsolete(
                self.app.config, section.obsolete, section.prefix
            ):
                self.app.logger.warning("%s %s", check.message, check.hint)

    # Requests

    def before_request(self, function: Callable[[], Any]) -> None:
        """Call before each request; a result other than None is the response."""
        self.app.before_request(function)

    def after_request(self, function: Callable[[Response], Response]) -> None:
        """Call with each response, in the opposite order of installation."""
        self.app.after_request(function)

    def teardown(self, function: Callable[[BaseException | None], None]) -> None:
        """Call when a context ends: a request, task, command or `app_context()`."""
        self.app.teardown_appcontext(function)

    def error(self, error: type[Exception] | int, function: View) -> None:
        """Handle an exception or a status with `function(error)`."""
        self.app.register_error_handler(error, function)

    def sessions(self, interface: SessionInterface) -> None:
        """Replace Flask's session interface."""
        self.app.session_interface = interface

    # Pages

    def route(self, rule: str, view: View, *, endpoint: str, **options: Any) -> None:
        """Add a URL rule; endpoints of batteries begin with their name and a dot."""
        self.app.add_url_rule(rule, endpoint, view, **options)

    def blueprint(self, blueprint: Blueprint, **options: Any) -> None:
        """Register a blueprint with pages of the battery."""
        self.app.register_blueprint(blueprint, **options)

    def templates(self, folder: Path) -> None:
        """Add templates; a site overrides one with a file of the same name."""
        own = FileSystemLoader(folder)
        before = self.app.jinja_env.loader
        loaders = [before, own] if before is not None else [own]
        self.app.jinja_env.loader = ChoiceLoader(loaders)

    def template_global(self, name: str, value: Any) -> None:
        """Add a name to all templates."""
        self.app.jinja_env.globals[name] = value

    def template_filter(self, name: str, function: Callable[..., Any]) -> None:
        """Add a filter to all templates."""
        self.app.jinja_env.filters[name] = function

    def template_extension(self, extension: str) -> None:
        """Add tags to all templates, by the dotted name of a Jinja extension."""
        self.app.jinja_env.add_extension(extension)

    # Models

    def table(self, name: str) -> None:
        """Exclude a table from migrations that the battery creates itself."""
        self._registry.tables.add(name)

    def models(self, base: type[Any]) -> None:
        """Add the models below `base`, a class of its own below `carboy.db.Model`.

        They use the main database of the site; import the module that declares them
        first. `base.__table_prefix__` begins the names of their tables.
        """
        self._registry.models[self.extension.name] = base

    def migrations(self, folder: Path) -> None:
        """Add a folder with migrations of the battery, a branch of its own name."""
        self._registry.migrations[self.extension.name] = folder

    # Operation

    def command(self, command: click.Command) -> None:
        """Add a command to `carboy`, `manage.py` and `flask`."""
        own, name = self.extension.name, command.name or ""
        owner = self._registry.commands.setdefault(name, own)
        if owner != own:
            msg = (
                f"{own} has a command {name!r}, and {owner} has one of that name "
                f"already. Rename one of them, or put it into a group."
            )
            raise WiringError(msg)
        self.app.cli.add_command(command)

    def check(self, checker: Checker, *, live: bool = False) -> None:
        """Run `checker` before the site is served; `live`: in development too."""
        self._registry.checkers.append(checker)
        if live:
            self._registry.live_checkers.append(checker)

    def solution(self, solver: Solver) -> None:
        """Show what `solver(app, mistake)` returns on error pages in development."""
        self._registry.solvers.append(solver)

    def readiness(self, check: ReadinessCheck) -> None:
        """Call `check` when `/-/ready` is asked for; it returns a problem, or None."""
        self._registry.readiness_checks[self.extension.name] = check

    def gauge(self, name: str, function: Callable[[], float]) -> None:
        """Add a number to `/-/metrics`, as `carboy_<battery>_<name>`."""
        self._registry.gauges[f"carboy_{self.extension.name}_{name}"] = function

    def panel(self, make: Callable[[], Any]) -> None:
        """Add a page about the battery to the console, if the site has one.

        `make` returns a `Panel`, and is called when a page of the console needs it.
        """
        self._registry.panels[self.extension.name] = make

    def shell(self, **names: Any) -> None:
        """Add names to `carboy shell`."""
        self._registry.shell.update(names)

    def on_start(self, function: Callable[[], Any]) -> None:
        """Run once in each process that serves, before its first request."""
        self._get_carboy().on_start(function)

    def on_stop(self, function: Callable[[], Any]) -> None:
        """Run when a process ends that has run the start hooks."""
        self._get_carboy().on_stop(function)

    def process(self, name: str, *command: str) -> None:
        """Run `carboy <command>` beside the web server in `carboy dev`."""
        self._registry.processes.append(Process(name, command))

    def _get_carboy(self) -> Any:
        if not hasattr(self.app, "on_start"):
            msg = (
                f"{self.extension.name} has start or stop hooks, and the app "
                f"{self.app.name!r} is a plain Flask app, which runs none. Make the "
                f"app with carboy.Carboy."
            )
            raise WiringError(msg)
        return self.app


def install(extension: Extension, app: Flask) -> None:
    """Install a battery on an app, or raise `WiringError` with the reason."""
    registry = registry_of(app)
    name = extension.name
    if name in registry.installed:
        same = registry.installed[name] is extension
        msg = (
            f"{name} is already installed on the app {app.name!r}"
            f"{'' if same else ', by another object'}. "
            f"Remove one of the two calls: app.use({name}) or {name}.init_app(app)."
        )
        raise WiringError(msg)
    if app._got_first_request:  # noqa: SLF001 - Flask has no public name for it
        msg = (
            f"{name} cannot be installed on the app {app.name!r} after its first "
            f"request. Install it where the app is made."
        )
        raise WiringError(msg)
    for need in extension.needs:
        if need not in registry.installed:
            msg = (
                f"{name} needs {need}, which is not installed on the app "
                f"{app.name!r}. Install {need} first, or both at once: "
                f"app.use(ext.{need}, ext.{name})."
            )
            raise WiringError(msg)
    extension.install(Wiring(app, extension))
    registry.installed[name] = extension


def in_order(extensions: list[Extension], order: tuple[str, ...]) -> list[Extension]:
    """Sort batteries by `order`; others come last, in the order given."""
    position = {name: index for index, name in enumerate(order)}
    return sorted(extensions, key=lambda one: position.get(one.name, len(order)))
