"""An environment of its own for each application, in which nothing is moved for us."""

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .catalogue import Application

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / ".cache" / "apps"
_SHOWN = ("flask", "werkzeug", "sqlalchemy")


class InstallError(Exception):
    """Raised when an application cannot be installed beside Carboy; says why."""


@dataclass(frozen=True)
class Environment:
    """An installed environment and the versions that the application brought."""

    folder: Path
    pins: dict[str, str]
    is_borrowed: bool = False

    @property
    def python(self) -> str:
        """The interpreter."""
        return str(self.folder / "bin" / "python")

    def program(self, name: str) -> str:
        """Return the path of an installed program."""
        return str(self.folder / "bin" / name)


def install(application: Application) -> Environment:
    """Return the environment of an application, made if it is not there yet.

    The application comes first, with the newest versions that it allows. Carboy is
    added under the constraint that none of these changes.
    """
    folder = CACHE / application.slug / "venv"
    pins = folder / "pins.txt"
    ready = folder / "ready.txt"
    key = _compute_key(application)
    if not (ready.exists() and ready.read_text() == key):
        shutil.rmtree(folder, ignore_errors=True)
        _uv("venv", "--quiet", "--python", application.python, str(folder))
        _pip(folder, *application.packages, "gunicorn>=23")
        pins.write_text(_uv("pip", "freeze", "--python", str(folder)))
        _pip(folder, "--editable", str(ROOT), "--constraint", str(pins))
        ready.write_text(key)
    return Environment(folder, _parse_pins(pins.read_text()))


def borrow_environment() -> Environment:
    """Return the environment of the project itself, where nothing is installed."""
    pins = {
        distribution.name.lower(): distribution.version
        for distribution in importlib.metadata.distributions()
    }
    return Environment(Path(sys.prefix), pins, is_borrowed=True)


def add_packages(environment: Environment, packages: tuple[str, ...]) -> None:
    """Install what the tests need, without a change of what is there."""
    pins = environment.folder / "pins.txt"
    if packages and not environment.is_borrowed:
        _pip(environment.folder, *packages, "--constraint", str(pins))


def describe_pins(environment: Environment) -> str:
    """Return the versions of the application that matter here."""
    shown = [
        f"{name} {environment.pins[name]}"
        for name in _SHOWN
        if name in environment.pins
    ]
    return ", ".join(shown)


def _compute_key(application: Application) -> str:
    project = (ROOT / "pyproject.toml").read_bytes()
    parts = [application.python, *application.packages, str(ROOT)]
    return hashlib.sha256("\n".join(parts).encode() + project).hexdigest()


def _parse_pins(text: str) -> dict[str, str]:
    pairs = [line.partition("==") for line in text.splitlines() if "==" in line]
    return {name.lower(): version for name, _, version in pairs}


def _pip(folder: Path, *words: str) -> None:
    _uv("pip", "install", "--quiet", "--python", str(folder), *words)


def _uv(*words: str) -> str:
    program = shutil.which("uv")
    if program is None:
        raise InstallError("uv is not installed. Run: pip install uv")
    done = subprocess.run(
        [program, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "VIRTUAL_ENV": sys.prefix},
    )
    if done.returncode:
        raise InstallError(done.stderr.strip()[-2000:])
    return done.stdout
