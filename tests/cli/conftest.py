"""What tests of the command line share: a folder, and `carboy` run in it."""

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass

import pytest

from carboy.cli.main import make_command_line
from carboy.script import run_click
from tests.cli.processes import Running

UNWANTED = ("CARBOY_PROFILE", "CARBOY_APP", "FLASK_APP", "FLASK_ENV", "NO_COLOR")

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


@dataclass
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def tidy_process(monkeypatch, tmp_path):
    before = set(sys.modules)
    for name in UNWANTED:
        # Set first, so that what a command sets is taken away again.
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    forget(tmp_path, before)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(folder):
    """Write a file of the project."""

    def write(name, text):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
        return file

    return write


@pytest.fixture
def carboy(folder, monkeypatch, capsys):
    """Run `carboy …` in this process."""

    def carboy(*words, app=None):
        before = set(sys.modules)
        try:
            code = run_click(make_command_line(app), words, name="carboy")
        except SystemExit as ended:
            code = ended.code
        finally:
            forget(folder, before)
        out, err = capsys.readouterr()
        return Done(code or 0, out, err)

    return carboy


@pytest.fixture
def run_carboy(folder):
    """Run `carboy …` in a process of its own."""

    def run(*words, environ=None, cwd=None):
        base = {k: v for k, v in os.environ.items() if k not in UNWANTED}
        done = subprocess.run(
            [sys.executable, "-m", "carboy", *words],
            cwd=cwd or folder,
            env=base | (environ or {}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def site(write):
    """A site in a package, found through pyproject.toml."""
    write("shop.py", SITE)
    write("pyproject.toml", '[tool.carboy]\napp = "shop:create_app"\n')


@pytest.fixture
def plain(write):
    """A Flask app in app.py, which has never heard of Carboy."""
    write("app.py", PLAIN)


def forget(folder, before):
    """Let the next test import modules of the same names."""
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(folder)):
            del sys.modules[name]


@pytest.fixture
def start_carboy(folder):
    """Start a `carboy …` that runs until the test is over."""
    started = []

    def start(*words, environ=None, program=("-m", "carboy"), cwd=folder):
        base = {k: v for k, v in os.environ.items() if k not in UNWANTED}
        running = Running(cwd, words, base | (environ or {}), program)
        started.append(running)
        return running

    yield start
    for running in started:
        running.end()
