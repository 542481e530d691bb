"""Fixtures for the command line: a folder, and `carboy` run in it."""

import os
import subprocess
import sys
import sysconfig
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from carboy.cli.main import make_command_line
from carboy.script import run_click
from tests.cli.processes import RunningCommand
from tests.cli.reader import Reader, run_program

CLEARED_VARIABLES = (
    "CARBOY_PROFILE",
    "CARBOY_APP",
    "CARBOY_PROGRAM",
    "FLASK_APP",
    "FLASK_ENV",
    "NO_COLOR",
)

SITE = """
    from carboy import Carboy, Settings

    class ShopSettings(Settings):
        shop_name: str = "Demijohn"
        CACHE_TIMEOUT = 60

    def create_app():
        app = Carboy(__name__, settings=ShopSettings.load())

        @app.get("/")
        def index():
            return app.settings.shop_name

        return app
"""
PLAIN = """
    from flask import Flask

    app = Flask(__name__)

    @app.get("/")
    def index():
        return "plain"
"""

ROOT = Path(__file__).resolve().parents[2]
NO_NETWORK = """
import socket

_connect = socket.socket.connect


def connect(self, address):
    local = isinstance(address, (str, bytes)) or address[0] in {"127.0.0.1", "::1"}
    if not local:
        raise OSError(f"This test has no network: {address}")
    return _connect(self, address)


socket.socket.connect = connect
"""


@dataclass
class CommandResult:
    """The exit code and output of a command."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def clean_process(monkeypatch, tmp_path):
    before = set(sys.modules)
    for name in CLEARED_VARIABLES:
        # Set first, so that monkeypatch removes what a command sets.
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    unload_modules(tmp_path, before)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(folder):
    """Return a function that writes a file of the project."""

    def write(name, text):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
        return file

    return write


@pytest.fixture
def carboy(folder, monkeypatch, capsys):
    """Return a function that runs `carboy …` in this process."""

    def carboy(*words, app=None):
        before = set(sys.modules)
        try:
            code = run_click(make_command_line(app), words, name="carboy")
        except SystemExit as error:
            code = error.code
        finally:
            unload_modules(folder, before)
        out, err = capsys.readouterr()
        return CommandResult(code or 0, out, err)

    return carboy


@pytest.fixture
def run_carboy(folder):
    """Return a function that runs `carboy …` in a new process."""

    def run(*words, environ=None, cwd=None):
        base = {k: v for k, v in os.environ.items() if k not in CLEARED_VARIABLES}
        result = subprocess.run(
            [sys.executable, "-m", "carboy", *words],
            cwd=cwd or folder,
            env=base | (environ or {}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return CommandResult(result.returncode, result.stdout, result.stderr)

    return run


@pytest.fixture
def site(write):
    """Write a Carboy site that pyproject.toml names."""
    write("shop.py", SITE)
    write("pyproject.toml", '[tool.carboy]\napp = "shop:create_app"\n')


@pytest.fixture
def plain(write):
    """Write a Flask app without Carboy in app.py."""
    write("app.py", PLAIN)


def unload_modules(folder, before):
    """Remove the imported modules of a test, so that the next can reuse their names."""
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(folder)):
            del sys.modules[name]


@pytest.fixture
def start_carboy(folder):
    """Return a function that starts `carboy …` and stops it after the test."""
    commands = []

    def start(*words, environ=None, program=("-m", "carboy"), cwd=folder):
        base = {k: v for k, v in os.environ.items() if k not in CLEARED_VARIABLES}
        command = RunningCommand(cwd, words, base | (environ or {}), program)
        commands.append(command)
        return command

    yield start
    for command in commands:
        command.stop()


_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
_OFFLINE = ("--quiet", "--no-index", "--no-deps")


def build_wheel(project: Path, folder: Path) -> Path:
    """Build the wheel of a project into an empty folder, without network."""
    build = ["wheel", "--no-build-isolation", "--wheel-dir", str(folder), str(project)]
    run_program([*_PIP, *build, *_OFFLINE])
    (wheel,) = folder.glob("*.whl")
    return wheel


def make_environment(venv: Path, *wheels: Path) -> Path:
    """Make an environment with wheels in it, without network; return its programs."""
    run_program([sys.executable, "-m", "venv", "--without-pip", str(venv)])
    install = [*_PIP, "--python", str(venv / "bin" / "python"), "install", *_OFFLINE]
    # A third of the modules are imported; those are compiled then, and kept.
    run_program([*install, "--no-compile", *map(str, wheels)])
    (packages,) = (venv / "lib").glob("python*/site-packages")
    # The other packages are those of the tests; files beside them are not read, so
    # this checkout, which is installed there, is not importable.
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (packages / "sitecustomize.py").write_text(NO_NETWORK)
    return venv / "bin"


def make_environ(programs: Path) -> dict[str, str]:
    """Make the environment of a shell in which these programs come first."""
    base = {k: v for k, v in os.environ.items() if k not in CLEARED_VARIABLES}
    base.pop("PYTHONPATH", None)
    return base | {
        "PATH": f"{programs}:{base['PATH']}",
        "PROGRAMS": str(programs),
        "PIP_NO_INDEX": "1",
    }


@pytest.fixture(scope="session")
def carboy_wheel(tmp_path_factory):
    """The built wheel of this checkout."""
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(carboy_wheel):
    """The programs of an environment in which the built wheel is installed."""
    return make_environment(carboy_wheel.parent / "venv", carboy_wheel)


@pytest.fixture
def installed_environ(installed):
    """The environment of a shell in which the built wheel is installed."""
    return make_environ(installed)


@pytest.fixture
def reader(tmp_path, installed_environ):
    """A reader of the docs in an empty folder, who has the built wheel."""
    reader = Reader(tmp_path, installed_environ)
    yield reader
    reader.stop_server()
