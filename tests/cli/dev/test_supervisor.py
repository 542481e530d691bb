"""If this passes, the supervisor starts the processes and notices their end."""

import io
import os
import socket
import threading

import pytest

from carboy.cli.dev.output import PrefixedOutput
from carboy.cli.dev.supervisor import DevSupervisor
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
def supervisor(write, stream):
    write("app.py", SITE)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield DevSupervisor(
            import_path="app:app",
            listener=listener,
            host="127.0.0.1",
            output=PrefixedOutput(stream, environ={}),
            environ=dict(os.environ),
        )


def test_without_reload_a_process_that_ends_stops_all(supervisor, stream, folder):
    assert supervisor.run(folder, reload=False) == 4
    assert "short  | short is done" in stream.getvalue()
    assert "short stopped with exit code 4." in stream.getvalue()


def test_with_reload_the_other_processes_keep_running(supervisor, stream, folder):
    def interrupt():
        wait_until(lambda: "with the next change" in stream.getvalue())
        os.kill(os.getpid(), 15)

    thread = threading.Thread(target=interrupt)
    thread.start()
    code = supervisor.run(folder, reload=True)
    thread.join()

    assert code == 0
    assert "short stopped with exit code 4. It starts again" in stream.getvalue()
