"""If this passes, a team starts what is asked for and notices who has ended."""

import io
import os
import socket
import threading

import pytest

from carboy.cli.dev.output import Console
from carboy.cli.dev.supervisor import Team
from tests.cli.processes import wait_until

SITE = """
    import sys
    import click
    from flask import Flask
    from carboy.core import Process, registry_of

    app = Flask(__name__)
    registry_of(app).processes.append(Process("short", ("short",)))

    @app.cli.command()
    def short():
        print("short is done", flush=True)
        sys.exit(4)
"""


@pytest.fixture
def stream():
    return io.StringIO()


@pytest.fixture
def team(write, stream):
    write("app.py", SITE)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield Team(
            place="app:app",
            listener=listener,
            host="127.0.0.1",
            console=Console(stream, environ={}),
            environ=dict(os.environ),
        )


def test_whoever_ends_by_itself_ends_all_where_nothing_reloads(team, stream, folder):
    assert team.work(folder, reload=False) == 4
    assert "short  | short is done" in stream.getvalue()
    assert "short stopped with exit code 4." in stream.getvalue()


def test_with_reload_the_others_go_on(team, stream, folder):
    def interrupt():
        wait_until(lambda: "with the next change" in stream.getvalue())
        os.kill(os.getpid(), 15)

    helper = threading.Thread(target=interrupt)
    helper.start()
    code = team.work(folder, reload=True)
    helper.join()

    assert code == 0
    assert "short stopped with exit code 4. It starts again" in stream.getvalue()
