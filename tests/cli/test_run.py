"""If this passes, the development server reloads, debugs, and stays on this machine."""

import socket

import pytest

from tests.cli.processes import ask, find_free_port, wait_for_text

APP = """
    from flask import Flask

    app = Flask(__name__)

    @app.get("/")
    def index():
        return "first"

    @app.get("/broken")
    def broken():
        return 1 / 0
"""


@pytest.fixture
def app(write):
    return write("app.py", APP)


@pytest.fixture
def port():
    return find_free_port()


def test_a_change_is_served(start_carboy, app, port):
    run = start_carboy("run", "-p", str(port))
    wait_for_text(run, port, "first")

    app.write_text(app.read_text().replace('"first"', '"second"'))

    wait_for_text(run, port, "second")
    assert "ZeroDivisionError" in ask(port, "/broken")[2]


def test_production_has_neither_debugger_nor_reload(start_carboy, app, port):
    run = start_carboy("run", "-p", str(port), environ={"CARBOY_PROFILE": "production"})
    wait_for_text(run, port, "first")

    status, _, page = ask(port, "/broken")

    assert status == 500
    assert "ZeroDivisionError" not in page
    run.wait_for("debugger off")


def test_the_debugger_is_off_where_others_reach_it(start_carboy, app, port):
    everywhere = "0.0.0.0"  # noqa: S104 - what is refused the debugger
    run = start_carboy("run", "-h", everywhere, "-p", str(port), "--no-reload")
    wait_for_text(run, port, "first")

    assert "ZeroDivisionError" not in ask(port, "/broken")[2]
    run.wait_for("The debugger is off")


def test_a_used_port_is_told(carboy, app):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = carboy("run", "--no-reload", "-p", str(taken.getsockname()[1]))

    assert done.code == 1
    assert "is in use by another program" in done.err
