"""Where the app is: told, or found in the folder that the command runs in."""

from __future__ import annotations

import ast
import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo

from carboy.errors import ConfigError

_USUAL_NAMES = ("app", "application", "create_app", "make_app")
_USUAL_FILES = ("wsgi.py", "app.py")
_ADVICE = (
    'Say where it is: --app shop:create_app, `app = "shop:create_app"` under '
    "[tool.carboy] in pyproject.toml, or CARBOY_APP in the environment."
)


@dataclass(frozen=True, slots=True)
class Target:
    """A place such as `shop:create_app`, and who named it."""

    place: str
    origin: str


class Site(ScriptInfo):
    """The app that a command works on: found and loaded when first asked for."""

    def __init__(self, told: str | None = None, folder: Path | None = None) -> None:
        super().__init__(create_app=self._load, set_debug_flag=False)
        self.told = told
        self.folder = folder or Path.cwd()

    @property
    def target(self) -> Target:
        """Where the app is, or an error that says how to tell."""
        found = find_target(self.told, self.folder)
        if found is None:
            msg = f"No app was found in {self.folder}. {_ADVICE}"
            raise ConfigError(msg)
        return found

    @property
    def has_target(self) -> bool:
        """Whether there is an app here at all, loadable or not."""
        return find_target(self.told, self.folder) is not None

    def _load(self) -> Flask:
        _, made = load(self.target, self.folder)
        if not isinstance(made, Flask):
            msg = (
                f"{self.target.place} ({self.target.origin}) is a "
                f"{type(made).__name__}, not a Flask app. Only `carboy serve` can "
                f"work with it."
            )
            raise ConfigError(msg)
        return made


pass_site = click.make_pass_decorator(Site)


def find_target(
    told: str | None, folder: Path, environ: Mapping[str, str] | None = None
) -> Target | None:
    """Find the app: as told, by the environment, by pyproject, by the usual files."""
    environ = os.environ if environ is None else environ
    if told:
        return Target(told, "--app")
    for name in ("CARBOY_APP", "FLASK_APP"):
        if environ.get(name):
            return Target(environ[name], name)
    for look in (_in_manage, _in_pyproject, _in_usual_files):
        if found := look(folder):
            return found
    return None


def _in_manage(folder: Path) -> Target | None:
    """Read `manage("shop:create_app")` out of manage.py, without running it."""
    file = folder / "manage.py"
    if not file.is_file():
        return None
    try:
        tree = ast.parse(file.read_text("utf-8"))
    except SyntaxError as error:
        msg = f"manage.py line {error.lineno} is not valid Python: {error.msg}."
        raise ConfigError(msg) from None
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name("manage") | ast.Attribute(attr="manage"),
                args=[ast.Constant(str(place))],
            ):
                return Target(place, "manage.py")
    # A manage.py of the notes holds the app in `app`, for its Manager.
    names = {
        name.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for name in node.targets
        if isinstance(name, ast.Name)
    } | {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return Target("manage:app", "manage.py") if "app" in names else None


def _in_pyproject(folder: Path) -> Target | None:
    file = folder / "pyproject.toml"
    if not file.is_file():
        return None
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        msg = f"pyproject.toml is not valid TOML: {error}."
        raise ConfigError(msg) from None
    place = tables.get("tool", {}).get("carboy", {}).get("app")
    return Target(str(place), "[tool.carboy] in pyproject.toml") if place else None


def _in_usual_files(folder: Path) -> Target | None:
    for name in _USUAL_FILES:
        if (folder / name).is_file():
            return Target(name.removesuffix(".py"), name)
    return None


def load(target: Target, folder: Path | None = None) -> tuple[str, Any]:
    """Import the app, calling its factory if it is one; tell its exact place too."""
    from carboy.server import TargetError, load_target  # noqa: PLC0415 - large, and --help does without

    add_to_path(folder or Path.cwd())
    try:
        found = load_target(target.place)
        return _exact(target.place, found), found
    except TargetError as error:
        if target.origin == "--app" or target.place not in str(error):
            raise
        msg = f"{error} ({target.place!r} comes from {target.origin}.)"
        raise ConfigError(msg) from error


def add_to_path(folder: Path) -> None:
    """Let a project be imported from its folder, or from src in it."""
    for place in (folder / "src", folder):
        if place.is_dir() and str(place) not in sys.path:
            sys.path.insert(0, str(place))


def _exact(place: str, found: object) -> str:
    """Write the place so that it means the same to every server."""
    name, _, attribute = place.partition(":")
    if attribute.endswith(")"):
        return place
    module = sys.modules[Path(name).stem if name.endswith(".py") else name]
    for one in (attribute,) if attribute else _USUAL_NAMES:
        thing = getattr(module, one, None)
        if thing is not None:
            call = "" if thing is found else "()"
            return f"{module.__name__}:{one}{call}"
    return place
