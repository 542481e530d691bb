"""Finds the app that a command works on, and loads it."""

import ast
import os
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import click
from flask import Flask
from flask.cli import ScriptInfo

from carboy import core
from carboy.errors import ConfigError

_USUAL_NAMES = ("app", "application", "create_app", "make_app")
_USUAL_FILES = ("wsgi.py", "app.py")
_ADVICE = (
    'Name it: --app shop:create_app, `app = "shop:create_app"` under '
    "[tool.carboy] in pyproject.toml, or CARBOY_APP in the environment."
)


@dataclass(frozen=True, slots=True)
class AppTarget:
    """An import path such as `shop:create_app`, and where it is written."""

    import_path: str
    origin: str


class AppInfo(ScriptInfo):
    """The app that a command works on: found and loaded at first use."""

    def __init__(
        self, import_path: str | None = None, folder: Path | None = None
    ) -> None:
        super().__init__(create_app=self._load, set_debug_flag=False)
        self.app_import_path = import_path
        self.folder = folder or Path.cwd()

    @classmethod
    def of(cls, app: str | Flask | Callable[..., Flask]) -> Self:
        """Make it from what a `manage.py` passes: an import path, a factory, an app."""
        return cls(app if isinstance(app, str) else get_import_path(app))

    @property
    def target(self) -> AppTarget:
        """Where the app is; raises with advice if there is none."""
        target = find_target(self.app_import_path, self.folder)
        if target is None:
            msg = f"No app was found in {self.folder}. {_ADVICE}"
            raise ConfigError(msg)
        return target

    @property
    def has_target(self) -> bool:
        """Whether there is an app here at all, loadable or not."""
        return find_target(self.app_import_path, self.folder) is not None

    def _load(self) -> Flask:
        _, app = import_app(self.target, self.folder)
        if not isinstance(app, Flask):
            msg = (
                f"{self.target.import_path} ({self.target.origin}) is a "
                f"{type(app).__name__}, not a Flask app. Only `carboy serve` supports "
                f"other WSGI apps."
            )
            raise ConfigError(msg)
        if isinstance(app, core.Carboy):
            # Batteries that a setting switches on have commands too.
            app.use()
        return app


def get_import_path(app: Flask | Callable[..., Flask]) -> str:
    """Return an import path of an app or a factory, for child processes to import."""
    if isinstance(app, Flask):
        name, module = _find_variable(app), app.import_name
    else:
        module = getattr(app, "__module__", "")
        name = getattr(app, "__qualname__", "")
    if not module or not name.isidentifier():
        msg = (
            f"manage() got {app!r}, which no import path leads to, as `carboy dev` "
            f"needs for its processes. Pass one: manage('shop:create_app')."
        )
        raise ConfigError(msg)
    if module == "__main__":
        module = str(Path(sys.argv[0]).resolve())
    return f"{module}:{name}"


def _find_variable(app: Flask) -> str:
    variables = vars(sys.modules.get(app.import_name, object))
    return next((name for name, value in variables.items() if value is app), "")


pass_app_info = click.make_pass_decorator(AppInfo)


def find_target(
    import_path: str | None, folder: Path, environ: Mapping[str, str] | None = None
) -> AppTarget | None:
    """Find the app: from --app, the environment, pyproject.toml, the usual files."""
    environ = os.environ if environ is None else environ
    if import_path:
        return AppTarget(import_path, "--app")
    for name in ("CARBOY_APP", "FLASK_APP"):
        if environ.get(name):
            return AppTarget(environ[name], name)
    for read in (_read_manage, _read_pyproject, _find_usual_file):
        if target := read(folder):
            return target
    return None


def _read_manage(folder: Path) -> AppTarget | None:
    """Parse `manage("shop:create_app")` out of manage.py, without running it."""
    file = folder / "manage.py"
    if not file.is_file():
        return None
    try:
        tree = ast.parse(file.read_bytes())
    except SyntaxError as error:
        msg = f"manage.py line {error.lineno} is not valid Python: {error.msg}."
        raise ConfigError(msg) from None
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name("manage") | ast.Attribute(attr="manage"),
                args=[argument],
            ):
                if import_path := _read_argument(argument, tree):
                    return AppTarget(import_path, "manage.py")
    # A manage.py written for Flask-Script has the app in `app`, for its Manager.
    names = {
        name.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for name in node.targets
        if isinstance(name, ast.Name)
    } | {*_list_imports(tree)}
    return AppTarget("manage:app", "manage.py") if "app" in names else None


def _read_argument(argument: ast.expr, tree: ast.Module) -> str | None:
    """Return the import path of what `manage(...)` gets in manage.py."""
    match argument:
        case ast.Constant(str(import_path)):
            return import_path
        case ast.Attribute(value=ast.Name(module), attr=name):
            return f"{module}:{name}"
        case ast.Name(name):
            return _list_imports(tree).get(name, f"manage:{name}")
    return None


def _list_imports(tree: ast.Module) -> dict[str, str]:
    """Return the import path of each name that is imported from a module."""
    return {
        alias.asname or alias.name: f"{node.module}:{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def _read_pyproject(folder: Path) -> AppTarget | None:
    file = folder / "pyproject.toml"
    if not file.is_file():
        return None
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        msg = f"pyproject.toml is not valid TOML: {error}."
        raise ConfigError(msg) from None
    import_path = tables.get("tool", {}).get("carboy", {}).get("app")
    if not import_path:
        return None
    return AppTarget(str(import_path), "[tool.carboy] in pyproject.toml")


def _find_usual_file(folder: Path) -> AppTarget | None:
    for name in _USUAL_FILES:
        if (folder / name).is_file():
            return AppTarget(name.removesuffix(".py"), name)
    return None


def import_app(target: AppTarget, folder: Path | None = None) -> tuple[str, Any]:
    """Import the app, call it if it is a factory; return its exact path and the app."""
    from carboy.server import TargetError, load_target  # noqa: PLC0415 - slow to import, and --help does not need it

    add_to_sys_path(folder or Path.cwd())
    try:
        app = load_target(target.import_path)
        return _resolve_import_path(target.import_path, app), app
    except TargetError as error:
        if target.origin == "--app" or target.import_path not in str(error):
            raise
        msg = f"{error} ({target.import_path!r} comes from {target.origin}.)"
        raise ConfigError(msg) from error


def add_to_sys_path(folder: Path) -> None:
    """Make a project importable from its folder, and from `src` in it."""
    for path in (folder / "src", folder):
        if path.is_dir() and str(path) not in sys.path:
            sys.path.insert(0, str(path))


def _resolve_import_path(import_path: str, app: object) -> str:
    """Return the import path in the form that every server understands."""
    name, _, attribute = import_path.partition(":")
    if attribute.endswith(")"):
        return import_path
    module = sys.modules[Path(name).stem if name.endswith(".py") else name]
    for each in (attribute,) if attribute else _USUAL_NAMES:
        value = getattr(module, each, None)
        if value is not None:
            call = "" if value is app else "()"
            return f"{module.__name__}:{each}{call}"
    return import_path
