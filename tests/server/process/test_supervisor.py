"""If this passes, workers come and go and the clients do not notice."""

import os
import signal
import socket
import statistics
import time

import pytest

from tests.server.load import Load
from tests.server.running import is_alive, read_replies, wait_for


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_reloads_under_load_fail_nobody(serve):
    running = serve("--workers", "2")
    with (
        Load(running, clients=4) as reused,
        Load(running, clients=4, keep=False) as fresh,
    ):
        for _ in range(5):
            before = set(running.list_workers())
            running.signal(signal.SIGHUP)
            wait_for(
                lambda before=before: (
                    not before & set(running.list_workers())
                    and len(running.list_workers()) == 2
                ),
                "all workers to be replaced",
            )

    assert not reused.failures
    assert not fresh.failures
    assert reused.good > 50
    assert fresh.good > 50


def test_a_reload_brings_new_code(serve, tmp_path):
    module = tmp_path / "changing.py"
    module.write_text(APP.format(text="old"))
    running = serve(target="changing:app")
    assert running.get("/").body == b"old"

    module.write_text(APP.format(text="a newer one"))
    running.signal(signal.SIGHUP)

    wait_for(lambda: running.get("/").body == b"a newer one", "the new code")


def test_a_reload_that_comes_during_a_reload_is_not_lost(serve, tmp_path):
    module, gate = tmp_path / "changing.py", tmp_path / "gate"
    module.write_text(APP.format(text="old"))
    running = serve(target="changing:app")

    module.write_text(WAITING.format(gate=gate) + APP.format(text="half"))
    running.signal(signal.SIGHUP)
    wait_for(lambda: len(running.list_workers()) == 2, "the new worker")
    wait_for(gate.with_suffix(".seen").exists, "it to read its code")
    module.write_text(APP.format(text="the newest one"))
    running.signal(signal.SIGHUP)
    wait_for(lambda: "workers again" in running.read_log(), "the second signal")
    gate.touch()

    wait_for(lambda: running.get("/").body == b"the newest one", "the newest code")
    wait_for(lambda: len(running.list_workers()) == 1, "the others to be gone")


WAITING = """
import pathlib, time
gate = pathlib.Path("{gate}")
gate.with_suffix(".seen").touch()
while not gate.exists():
    time.sleep(0.02)
"""
APP = """
def app(environ, start_response):
    body = b"{text}"
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


@pytest.mark.parametrize(
    "text", ["raise RuntimeError('half edited')", "import os; os._exit(9)", "x = 1"]
)
def test_a_failing_start_never_replaces_a_working_one(serve, tmp_path, text):
    module = tmp_path / "changing.py"
    module.write_text(APP.format(text="works"))
    running = serve("--workers", "2", target="changing:app")
    before = running.list_workers()

    module.write_text(text)
    running.signal(signal.SIGHUP)

    wait_for(lambda: "the old ones go on" in running.read_log(), "the refusal")
    wait_for(lambda: running.list_workers() == before, "the failed ones to be gone")
    assert running.get("/").body == b"works"
    module.write_text(APP.format(text="repaired"))
    running.signal(signal.SIGHUP)
    wait_for(lambda: running.get("/").body == b"repaired", "the repaired code")


def test_a_reason_of_any_length_reaches_the_log(serve, tmp_path):
    module = tmp_path / "verbose.py"
    module.write_text("raise RuntimeError('x' * 3_000_000 + ' the end')")
    running = serve(target="verbose:app", ready=False)

    assert running.wait_end() == 2
    assert "x the end" in running.read_log()
    assert "JSONDecodeError" not in running.read_log()


def test_a_killed_worker_is_back_within_a_second(serve):
    """The median of five, from the signal to the process that follows."""
    running = serve("--workers", "2")
    took = []
    with Load(running, clients=4, keep=False) as load:
        for number in range(5):
            victim, other = running.list_workers()
            began = time.monotonic()
            kill(victim)
            wait_for(
                lambda pair=(victim, other): (
                    len(set(running.list_workers()) - set(pair)) == 1
                ),
                "a successor",
            )
            took.append(time.monotonic() - began)
            wait_for(
                lambda count=number + 1: (
                    running.read_log().count("Another one starts") == count
                ),
                "the log line",
            )
            wait_for(lambda: running.get("/").status == 200)

    assert statistics.median(took) < 1
    assert "ConnectionRefusedError" not in load.failures


def test_a_kill_fails_what_is_in_flight_at_that_worker_and_nothing_else(serve):
    running = serve("--workers", "2")
    wires = list_wires_by_worker(running)
    victim, other = running.list_workers()
    flying, idle = wires[victim][:3], wires[victim][3:]
    entered = len(running.read_notes())
    for wire in (*flying, *wires[other]):
        wire.sendall(b"GET /wait/2.0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    wait_for(
        lambda: len(running.read_notes()) == entered + 3 + len(wires[other]),
        "all of them to be in flight",
    )

    kill(victim)

    assert [list(read_replies(wire)) for wire in (*flying, *idle)] == [[]] * len(
        wires[victim]
    )
    assert [next(read_replies(wire)).status for wire in wires[other]] == [200] * len(
        wires[other]
    )
    assert running.get("/").status == 200


def list_wires_by_worker(running) -> dict[int, list[socket.socket]]:
    """Open connections until each worker has four, and no more than eight."""
    wires: dict[int, list[socket.socket]] = {pid: [] for pid in running.list_workers()}
    for _ in range(400):
        wire = running.connect()
        wire.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        own = wires[next(read_replies(wire)).json()["pid"]]
        if len(own) < 8:
            own.append(wire)
        else:
            wire.close()
        if all(len(each) >= 4 for each in wires.values()):
            return wires
    raise AssertionError(f"one worker takes all: {wires}")


def test_a_single_worker_that_dies_refuses_nobody(serve):
    running = serve()
    [victim] = running.list_workers()

    kill(victim)

    assert running.get("/").json()["pid"] != victim


def test_a_worker_that_dies_at_once_again_and_again_is_slowed_down(serve, tmp_path):
    module = tmp_path / "fragile.py"
    module.write_text(APP.format(text="lives"))
    running = serve(target="fragile:app")
    module.write_text("import os; os._exit(9)")

    kill(running.list_workers()[0])
    wait_for(lambda: running.read_log().count("Another one starts") >= 1)
    module.write_text(APP.format(text="lives again"))

    assert running.get("/").body == b"lives again"


def test_a_worker_that_dies_during_a_reload_leaves_the_right_number(serve):
    running = serve("--workers", "2")
    before = running.list_workers()

    running.signal(signal.SIGHUP)
    kill(before[0])

    wait_for(lambda: not set(before) & set(running.list_workers()), "the new ones")
    wait_for(lambda: len(running.list_workers()) == 2, "the right number")
    assert running.get("/").status == 200


def test_workers_die_with_their_parent(serve):
    running = serve("--workers", "2")
    workers = running.list_workers()

    running.signal(signal.SIGKILL)
    running.process.wait()

    wait_for(lambda: not any(map(is_alive, workers)), "the orphans to die", 2)


def test_a_hung_worker_is_killed_with_its_stack(serve):
    running = serve("--hang-timeout", "1.5")
    [victim] = running.list_workers()
    with running.connect() as wire:
        wire.sendall(b"GET /hang HTTP/1.1\r\nHost: localhost\r\n\r\n")

        wait_for(lambda: not is_alive(victim), "the hung worker to be killed")

    assert running.get("/").status == 200
    log = running.read_log()
    assert "no sign of life for 1.5s" in log
    assert "in hang" in log


@pytest.mark.parametrize("option", ["--max-requests=20", "--max-memory-mb=1"])
def test_tired_workers_are_replaced_without_a_failure(serve, option):
    running = serve(option)
    first = running.list_workers()

    with Load(running, clients=2, pace=0.01) as load:
        wait_for(lambda: not set(first) & set(running.list_workers()), "a successor")

    assert not load.failures


def test_a_stop_ends_everything_quickly_and_cleanly(serve):
    running = serve("--workers", "2")
    workers = running.list_workers()
    began = time.monotonic()

    running.signal(signal.SIGTERM)

    assert running.wait_end() == 0
    assert time.monotonic() - began < 5
    assert not any(map(is_alive, workers))


def test_a_stop_under_load_fails_nothing_in_flight(serve):
    running = serve("--workers", "2")
    with Load(running, "/wait/0.05", clients=10) as reused:
        wait_for(lambda: reused.good > 40)
        running.signal(signal.SIGTERM)
        assert running.wait_end() == 0

    assert set(reused.failures) <= {"ConnectionRefusedError"}


def test_a_stop_waits_for_long_requests_up_to_its_limit(serve):
    running = serve("--drain-timeout", "1")
    with running.connect() as short, running.connect() as long:
        for wire, path in ((short, "/wait/0.8"), (long, "/wait/60.0")):
            wire.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wait_for(lambda: len(running.read_notes()) == 2)
        running.signal(signal.SIGTERM)

        assert running.wait_end() == 0
        answer = short.recv(65536)

    assert b"200 OK" in answer
    assert b"connection: close" in answer
    assert "GET /wait/60.0 was cut off after" in running.read_log()


def test_a_second_interrupt_does_not_wait(serve):
    running = serve()
    with running.connect() as wire:
        wire.sendall(b"GET /wait/60.0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_for(running.read_notes)
        running.signal(signal.SIGINT)
        wait_for(lambda: "Stopping." in running.read_log())
        began = time.monotonic()
        running.signal(signal.SIGINT)

        running.wait_end()

    assert time.monotonic() - began < 5


def test_systemd_hears_how_it_goes(serve, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify_socket:
        notify_socket.bind(str(tmp_path / "notify"))
        notify_socket.settimeout(20)
        messages = []
        env = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
        running = serve(env=env)

        def wait_for_message(word: str):
            while not any(word in message for message in messages):
                messages.append(notify_socket.recv(4096).decode())

        wait_for_message("READY=1")
        wait_for_message("WATCHDOG=1")
        running.signal(signal.SIGHUP)
        wait_for_message("RELOADING=1")
        messages.clear()
        wait_for_message("READY=1")
        running.signal(signal.SIGTERM)
        wait_for_message("STOPPING=1")
