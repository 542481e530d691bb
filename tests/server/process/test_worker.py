"""If this passes, a worker serves within its limits and says what it is busy with."""

import os
import signal
import time

import pytest

from carboy.server.process.worker import _spread
from tests.server.running import read_replies, wait_for


def test_a_view_that_runs_long_is_logged_with_its_place_and_without_its_query(serve):
    running = serve("--view-timeout", "0.3")
    with running.connect() as wire:
        wire.sendall(b"GET /wait/2.0?token=canary HTTP/1.1\r\nHost: localhost\r\n\r\n")

        wait_for(lambda: "runs for" in running.read_log(), "the report")

    log = running.read_log()
    assert "GET /wait/2.0 runs for" in log
    assert "time.sleep(seconds)" in log
    assert "canary" not in log


def test_views_run_side_by_side(serve):
    running = serve("--threads", "8")
    began = time.monotonic()
    wires = [running.connect() for _ in range(8)]
    for wire in wires:
        wire.sendall(b"GET /wait/0.3 HTTP/1.1\r\nHost: localhost\r\n\r\n")

    for wire in wires:
        assert next(read_replies(wire)).body == b"waited"
        wire.close()

    assert time.monotonic() - began < 8 * 0.3


def ask_often(running):
    """Ask fifty times on one connection; return the last answer."""
    with running.connect() as wire:
        wire.sendall(b"GET /turn HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)
        replies = read_replies(wire)
        return [next(replies).body for _ in range(50)][-1]


def test_quick_views_run_where_they_arrive(serve):
    running = serve("--threads", "8")

    wait_for(lambda: ask_often(running) == b"view-0", "an inline view")


def test_a_view_that_is_slow_for_once_holds_up_nobody(serve):
    """The one that comes next lets it go on: were it held up, both would wait."""
    running = serve("--threads", "8")
    stayed = []
    while b"view-0 True" not in stayed:
        wait_for(lambda: ask_often(running) == b"view-0", "an inline view")
        with running.connect() as slow:
            slow.sendall(b"GET /turn?stay=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            wait_for(lambda: len(running.read_notes()) > len(stayed), "the view")

            assert running.get("/turn?open=1").status == 200

            stayed.append(next(read_replies(slow)).body)
    assert all(each.endswith(b" True") for each in stayed)


def test_one_thread_runs_one_view_at_a_time(serve):
    running = serve("--threads", "1")
    environ = running.get("/environ").json()
    wires = [running.connect() for _ in range(6)]

    for wire in wires:
        wire.sendall(b"GET /alone HTTP/1.1\r\nHost: localhost\r\n\r\n")
    names = {next(read_replies(wire)).body for wire in wires}

    assert "1 worker of 1 view thread\n" in running.read_log()
    assert environ["wsgi.multithread"] == "False"
    assert names == {b"view-1"}
    inside = [line for line in running.read_notes() if line in {"in", "out"}]
    assert inside == ["in", "out"] * 6


def test_a_slow_view_on_the_only_thread_holds_up_nothing_else(serve):
    """Streams go on, slow bodies are dropped, it is logged, and a stop waits for it."""
    limits = ("--view-timeout", "0.3", "--body-grace", "0.3", "--body-timeout", "0.5")
    running = serve("--threads", "1", *limits)
    with running.connect() as stream, running.connect() as slow:
        stream.sendall(b"GET /watch HTTP/1.1\r\nHost: localhost\r\n\r\n")
        read_until(stream, b"retry: 3000")
        slow.sendall(b"GET /until/gate HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_for(lambda: "GET /until/gate" in running.read_notes())

        with running.connect() as body:
            body.sendall(
                b"POST /take HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n"
            )
            assert next(read_replies(body)).status == 408
        read_until(stream, b":\n\n")
        wait_for(lambda: "GET /until/gate runs for" in running.read_log(), "the report")
        running.signal(signal.SIGTERM)
        wait_for(lambda: "Stopping." in running.read_log())
        running.notes.with_name("gate").touch()

        assert next(read_replies(slow)).body == b"waited"
    assert running.wait_end() == 0
    assert "in wait_until" in running.read_log()


def read_until(wire, word: bytes) -> None:
    data = b""
    while word not in data:
        data += wire.recv(65536) or pytest.fail(f"closed after {data!r}")


def test_a_full_queue_is_answered_with_503(serve):
    running = serve("--threads", "1", "--max-waiting", "2")
    ask = b"GET /wait/0.5 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    wires = [running.connect() for _ in range(8)]
    for wire in wires:
        wire.sendall(ask)

    statuses = [next(read_replies(wire)).status for wire in wires]

    assert statuses.count(503) >= 4
    assert statuses.count(200) >= 2
    assert running.get("/").status == 200


def test_slow_heads_and_idle_connections_are_closed(serve):
    running = serve("--header-timeout", "0.5")
    slow, idle = running.connect(), running.connect()
    slow.sendall(b"GET / HTTP/1.1\r\nHost: loc")
    idle.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert next(read_replies(idle)).status == 200
    began = time.monotonic()

    assert idle.recv(1000) == b""
    rest = slow.recv(1000)

    assert rest == b"" or b"408" in rest
    assert time.monotonic() - began < 5


def test_hostile_sockets_do_not_disturb_good_clients(serve):
    """The short form of `scripts/siege`."""
    running = serve("--threads", "2")
    hostile = []
    for number in range(300):
        wire = running.connect()
        hostile.append(wire)
        kind = number % 3
        if kind == 0:
            wire.sendall(b"GET / HTTP/1.1\r\nHo")
        elif kind == 1:
            wire.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\nx")
    waits = []
    for _ in range(50):
        began = time.monotonic()
        assert running.get("/").status == 200
        waits.append(time.monotonic() - began)
    for wire in hostile:
        wire.close()

    assert sorted(waits)[-3] < 0.25


def test_counts_are_spread_so_that_workers_do_not_tire_at_once():
    assert _spread(0) == 0
    assert all(1000 <= _spread(1000) <= 1100 for _ in range(100))


HOOKED = "hooked:create_app()"
STARTED = ["start database", "start feed"]
STOPPED = ["stop feed", "stop database"]


def list_events(running, pid):
    """Return what a process has noted, without its number."""
    lines = [line.rpartition(" ") for line in running.read_notes()]
    return [text for text, _, each in lines if int(each) == pid]


def test_each_worker_runs_the_hooks_once_before_its_first_request(serve):
    running = serve("--workers", "2", target=HOOKED)
    workers = running.list_workers()

    for pid in workers:
        assert list_events(running, pid) == STARTED
    for _ in range(10):
        assert running.get("/").status == 200
    running.signal(signal.SIGTERM)
    assert running.wait_end() == 0

    for pid in workers:
        assert list_events(running, pid) == [*STARTED, *STOPPED]


def test_the_worker_that_replaces_a_killed_one_runs_its_own_start_hooks(serve):
    running = serve(target=HOOKED)
    [first] = running.list_workers()
    time.sleep(1.1)  # A worker that ends within its first second is started later.
    os.kill(first, signal.SIGKILL)

    wait_for(lambda: running.list_workers() not in ([first], []), "another worker")
    [second] = running.list_workers()
    wait_for(lambda: list_events(running, second) == STARTED, "its start hooks")

    assert running.get("/").json() == {"pid": second}
    assert list_events(running, first) == STARTED


def test_a_reload_starts_the_new_worker_and_stops_the_old_one(serve):
    running = serve(target=HOOKED)
    [first] = running.list_workers()
    running.signal(signal.SIGHUP)

    wait_for(lambda: list_events(running, first) == [*STARTED, *STOPPED], "the stop")
    wait_for(lambda: first not in running.list_workers(), "the end of the old worker")
    [second] = running.list_workers()

    assert list_events(running, second) == STARTED


def test_a_start_hook_that_fails_stops_the_server_and_says_why(serve):
    running = serve(target=HOOKED, env={"SITE_BROKEN": "1"}, ready=False)
    assert running.wait_end() == 3

    assert "the feed is not there" in running.read_log()
    lines = [line.rpartition(" ")[0] for line in running.read_notes()]
    assert lines == ["start database", "stop database"]


def test_a_client_that_disconnects_cancels_its_async_view(serve):
    running = serve(target=HOOKED)
    wire = running.connect()
    wire.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
    wait_for(lambda: "slow begins" in str(running.read_notes()), "the view")

    wire.close()

    wait_for(lambda: "slow is cleaned up" in str(running.read_notes()), "the end of it")
    assert running.get("/async").status == 200
    assert "Traceback" not in running.read_log()


def test_an_async_view_that_runs_longer_than_the_drain_is_cancelled(serve):
    running = serve("--drain-timeout", "1", target=HOOKED)
    [pid] = running.list_workers()
    wire = running.connect()
    wire.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
    wait_for(lambda: "slow begins" in str(running.read_notes()), "the view")

    running.signal(signal.SIGTERM)
    assert running.wait_end() == 0

    events = list_events(running, pid)
    assert events[:3] == [*STARTED, "slow begins"]
    assert sorted(events[3:]) == sorted(["slow is cleaned up", *STOPPED])
