"""If this passes, the development server reloads, and debugs on this machine only."""

import socket

import pytest

from tests.cli.processes import find_free_port, request, wait_for_text

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

MANAGE = """
    from carboy.cli import manage

    if __name__ == "__main__":
        manage("app:app")
"""


@pytest.fixture
def app(write):
    return write("app.py", APP)


@pytest.fixture
def port():
    return find_free_port()


def test_changed_code_is_reloaded(start_carboy, app, port):
    server = start_carboy("run", "-p", str(port))
    wait_for_text(server, port, "first")

    app.write_text(app.read_text().replace('"first"', '"second"'))

    wait_for_text(server, port, "second")
    assert "ZeroDivisionError" in request(port, "/broken")[2]


def test_production_has_no_debugger_and_no_reload(start_carboy, app, port):
    server = start_carboy(
        "run", "-p", str(port), environ={"CARBOY_PROFILE": "production"}
    )
    wait_for_text(server, port, "first")

    status, _, page = request(port, "/broken")

    assert status == 500
    assert "ZeroDivisionError" not in page
    server.wait_for("debugger off")


def test_the_debugger_is_off_on_a_public_address(start_carboy, app, port):
    everywhere = "0.0.0.0"  # noqa: S104 - the case that must not have a debugger
    server = start_carboy("run", "-h", everywhere, "-p", str(port), "--no-reload")
    wait_for_text(server, port, "first")

    assert "ZeroDivisionError" not in request(port, "/broken")[2]
    server.wait_for("The debugger is off")


def test_a_port_in_use_is_reported(carboy, app):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        result = carboy("run", "--no-reload", "-p", str(listener.getsockname()[1]))

    assert result.code == 1
    assert "is in use by another program" in result.err


@pytest.mark.parametrize("letters", [[], ["-d", "-r"], ["-D", "-R"]])
def test_runserver_accepts_the_short_options_of_flask_script(
    start_carboy, write, app, port, letters
):
    write("manage.py", MANAGE)
    server = start_carboy(
        *("runserver", "-h", "127.0.0.1", "-p", str(port), *letters),
        program=("manage.py",),
    )

    wait_for_text(server, port, "first")


def test_runserver_is_hidden_and_described_as_the_old_name(carboy, app):
    result = carboy("runserver", "-?")

    assert "the old name of `run`" in result.out
    assert "runserver" not in carboy("--help").out


def test_a_log_on_a_pipe_has_no_escape_codes(start_carboy, plain):
    port = find_free_port()
    running = start_carboy("run", "-p", str(port), "--debug", "--reload")
    wait_for_text(running, port, "plain")

    request(port, "/nowhere")
    running.wait_for("/nowhere")

    assert "\x1b" not in running.log
    assert "This is a development server" not in running.log
