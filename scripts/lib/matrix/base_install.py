"""A fresh environment with Carboy alone beside pins of an application."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from .cells import ROOT

# All that `pip install carboy` may bring: what Carboy lists, and what these need.
ALLOWED = {
    *("carboy", "flask", "werkzeug", "click", "msgspec", "granian", "watchfiles"),
    *("typing-extensions", "blinker", "itsdangerous", "jinja2", "markupsafe"),
    *("anyio", "idna"),
    *("pip", "setuptools", "wheel"),
}
APP = """
from flask import Flask, request, session

app = Flask(__name__)
app.secret_key = "k3y" * 20


@app.route("/")
def home():
    session["visits"] = session.get("visits", 0) + 1
    return {"visits": session["visits"], "host": request.host}
"""
INSTALL = """
import carboy.engine
carboy.engine.install()
from shop import app
page = app.test_client().get("/")
assert page.json == {"visits": 1, "host": "localhost"}, page.json
import carboy
plain = carboy.Carboy("plain")
plain.add_url_rule("/", "home", lambda: "home")
assert plain.test_client().get("/").text == "home"
"""
DEADLINE = 30.0


def check_base_install(name: str, python: str, pins: dict[str, str]) -> list[str]:
    """Install Carboy without extras beside `pins`, use it, and return what is wrong."""
    folder = ROOT / "var" / "matrix" / f"{name}-base"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    program = str(folder / "bin" / "python")
    wanted = [f"{package}=={version}" for package, version in pins.items()]
    pip = [program, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    done = _run([*pip, str(ROOT), *wanted], folder)
    if done.returncode:
        return [f"pip install carboy {' '.join(wanted)} failed:", *_lines(done)]
    (folder / "shop.py").write_text(APP)
    wrong = _list_unexpected(program)
    for command in (
        [program, "-W", "error", "-c", INSTALL],
        [str(folder / "bin" / "carboy"), "check", "shop:app"],
    ):
        done = _run(command, folder)
        if done.returncode:
            wrong += [f"{command[-1]} ended with {done.returncode}:", *_lines(done)]
    return wrong + _check_serve(folder)


def _list_unexpected(program: str) -> list[str]:
    code = (
        "import importlib.metadata as m, json;"
        "print(json.dumps([d.name.lower().replace('_', '-')"
        " for d in m.distributions()]))"
    )
    found = json.loads(subprocess.check_output([program, "-c", code], text=True))
    more = sorted({*found} - ALLOWED)
    return [f"pip install carboy brings {', '.join(more)}"] if more else []


def _check_serve(folder: Path) -> list[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "serve.txt"
    with _served(folder, port, log):
        body = _wait_for(f"http://127.0.0.1:{port}/")
    expected = {"visits": 1, "host": f"127.0.0.1:{port}"}
    if body is None or json.loads(body) != expected:
        return [f"carboy serve sent {body!r}:", *log.read_text().splitlines()[-20:]]
    return []


@contextlib.contextmanager
def _served(folder: Path, port: int, log: Path) -> Iterator[None]:
    program = str(folder / "bin" / "carboy")
    command = [program, "serve", "shop:app", "--bind", f"127.0.0.1:{port}"]
    with log.open("w") as output:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=_variables(folder),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            server.terminate()
            server.wait(DEADLINE)


def _wait_for(url: str) -> bytes | None:
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310 - our own server
                body: bytes = reply.read()
                return body
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return None


def _variables(folder: Path) -> dict[str, str]:
    return {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=_variables(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    return done.stdout.splitlines()[-20:]
