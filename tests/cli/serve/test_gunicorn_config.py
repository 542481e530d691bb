"""Under gunicorn, hooks run in each worker after the fork, before the first request."""

import os
import signal

import pytest

from tests.cli.processes import find_free_port, request, wait_until

APP = """
    import os
    from carboy import Carboy, Settings

    def note(text):
        with open("notes", "a") as file:
            file.write(f"{text} {os.getpid()}\\n")

    def create_app():
        settings = Settings(
            profile="testing", secret_key="k" * 40, trusted_hosts=("127.0.0.1",)
        )
        app = Carboy(__name__, settings=settings)
        app.on_start(lambda: note("start"))
        app.on_stop(lambda: note("stop"))

        @app.on_start
        async def feed():
            note("start feed")
            yield
            note("stop feed")

        @app.get("/")
        async def home():
            return {"pid": os.getpid()}

        return app
"""
OWN = """
    from app import note

    preload_app = True

    def post_worker_init(worker):
        note("own hook")
"""
STARTED = ["start", "start feed"]
STOPPED = ["stop feed", "stop"]


def ask(port):
    """Return the status of a response, or None before the server listens."""
    answer = request(port, "/")
    return answer and answer[0]


def list_events(folder):
    """Return what each process has noted."""
    events = {}
    file = folder / "notes"
    for line in file.read_text().splitlines() if file.exists() else []:
        text, _, pid = line.rpartition(" ")
        events.setdefault(int(pid), []).append(text)
    return events


def test_hooks_run_in_each_worker_and_again_in_the_one_that_replaces_it(
    write, folder, start_carboy
):
    write("app.py", APP)
    port = find_free_port()
    server = start_carboy(
        *("serve", "app:create_app", "--server", "gunicorn", "--workers", "2"),
        *("--bind", f"127.0.0.1:{port}"),
    )

    def is_started(count):
        return [*list_events(folder).values()].count(STARTED) == count

    wait_until(lambda: is_started(2), lambda: server.log)
    assert ask(port) == 200
    killed = min(list_events(folder))
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: is_started(3), lambda: server.log)
    server.process.terminate()
    server.process.wait(20)

    events = list_events(folder)
    assert events.pop(killed) == STARTED
    assert [*events.values()] == [[*STARTED, *STOPPED]] * 2, server.log


def test_the_site_s_own_file_is_read_too(write, folder, start_carboy):
    write("app.py", APP)
    write("gunicorn.conf.py", OWN)
    port = find_free_port()
    server = start_carboy(
        *("serve", "app:create_app", "--server", "gunicorn"),
        *("--bind", f"127.0.0.1:{port}"),
    )

    wait_until(lambda: list_events(folder), lambda: server.log)
    assert ask(port) == 200
    server.process.terminate()
    server.process.wait(20)

    assert [*list_events(folder).values()] == [["own hook", *STARTED, *STOPPED]]


@pytest.mark.parametrize("options", [(), ("--no-reload",)])
def test_the_development_server_runs_them_in_the_process_that_serves(
    write, folder, start_carboy, options
):
    write("app.py", APP)
    port = find_free_port()
    server = start_carboy(
        *("--app", "app:create_app", "run", "-p", str(port)), *options
    )

    wait_until(lambda: list_events(folder), lambda: server.log)
    wait_until(lambda: ask(port) == 200, lambda: server.log)
    server.process.terminate()
    server.process.wait(20)

    assert [*list_events(folder).values()] == [[*STARTED, *STOPPED]]
