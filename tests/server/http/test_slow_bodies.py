"""If this passes, a slow body is dropped in time, and an honest one never is."""

import random
import select
from contextlib import closing, suppress

import pytest

from carboy.server.http.request_body import BodyRead, BodyReader
from carboy.server.options import Limits
from carboy.server.threads.event_loop import EventLoop, WorkerLoop
from tests.server.running import read_replies

POST = "POST /take HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    "framing",
    ["Content-Length: 9999", "Content-Length: 999999", "Transfer-Encoding: chunked"],
)
def test_slow_bodies_are_dropped(serve, framing):
    running = serve("--body-grace", "0.3", "--body-timeout", "1")

    with running.connect() as wire:
        wire.sendall(f"{POST}{framing}\r\n\r\n5\r\nab".encode())
        replies = list(read_replies(wire))

    assert [reply.status for reply in replies] == [408]
    assert running.read_notes() == []


def trickle(wire):
    """Send single bytes until there is an answer."""
    with suppress(OSError):
        while not select.select([wire], [], [], 0.05)[0]:
            wire.sendall(b"x")


def test_a_quick_beginning_of_a_body_buys_no_time(serve):
    """A megabyte at once would have been the rate of seventeen minutes."""
    running = serve("--body-grace", "0.3", "--body-timeout", "1")

    with running.connect() as wire:
        wire.sendall(f"{POST}Content-Length: 9999999\r\n\r\n".encode())
        wire.sendall(b"x" * 1_000_000)
        trickle(wire)
        replies = list(read_replies(wire))

    assert [reply.status for reply in replies] == [408]
    assert running.read_notes() == []


class Clock:
    """Time that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("carboy.server.http.request_body.time", clock)
    return clock


def make_reader(limits):
    with closing(WorkerLoop()) as loop:
        return BodyReader(limits, lambda request: None, EventLoop(loop))


def send_piece(reader, read, clock, size):
    read.last_piece = clock.now
    reader._extend(read, size)


def test_time_is_bought_at_the_minimum_rate_by_any_pattern_of_pieces(clock):
    """And nobody who keeps the rate, in bursts of a few seconds, is ever late."""
    seed = random.randrange(10**6)
    randomness = random.Random(seed)
    limits = Limits()
    reader = make_reader(limits)
    for _ in range(300):
        read = BodyRead(limits.body_grace)
        reader._open = {read}
        received, is_honest = 0, randomness.random() < 0.5
        first = randomness.choice([0, 10, 100_000, 10_000_000])
        for _ in range(randomness.randint(1, 60)):
            gap = randomness.uniform(0, limits.body_grace - 1.5)
            size = int(1.1 * gap * limits.min_body_rate) + 2 if is_honest else 1
            for second in (*[1.0] * int(gap), gap % 1):
                clock.now += 0 if read.is_late else second
                reader.drop_slow()
            if read.is_late:
                break
            received += (piece := first + size)
            first = 0
            send_piece(reader, read, clock, piece)
        elapsed = clock.now - read.started
        bought = limits.body_grace + received / limits.min_body_rate
        assert not (is_honest and read.is_late), f"seed {seed}"
        assert elapsed <= bought + 1, f"seed {seed}"
        if not is_honest:
            most = limits.body_timeout + limits.body_grace + 1
            assert elapsed <= most, f"seed {seed}"


def test_a_client_may_stall_and_go_on(clock):
    limits = Limits()
    reader, read = make_reader(limits), BodyRead(limits.body_grace)
    reader._open = {read}
    for _ in range(5):
        send_piece(reader, read, clock, 20_000)
        for _ in range(int(limits.body_timeout)):
            clock.now += 1
            reader.drop_slow()
        assert not read.is_late

    clock.now += 1.5
    reader.drop_slow()

    assert read.is_late


def test_without_a_rate_only_silence_counts(clock):
    limits = Limits(min_body_rate=0)
    reader, read = make_reader(limits), BodyRead(limits.body_timeout)
    reader._open = {read}
    for _ in range(200):
        clock.now += 1
        reader.drop_slow()
        send_piece(reader, read, clock, 1)
    assert not read.is_late

    for _ in range(int(limits.body_timeout) + 1):
        clock.now += 1
        reader.drop_slow()

    assert read.is_late


def test_a_pause_of_the_process_is_no_fault_of_a_client(clock):
    limits = Limits()
    reader, read = make_reader(limits), BodyRead(limits.body_grace)
    reader._open = {read}
    send_piece(reader, read, clock, 20_000)

    clock.now += 60
    reader.drop_slow()
    is_late_at_once = read.is_late
    for _ in range(int(limits.body_timeout) + 1):
        clock.now += 1
        reader.drop_slow()

    assert not is_late_at_once
    assert read.is_late


@pytest.mark.parametrize("ending", ["stops", "trickles"])
def test_a_client_that_was_quick_is_dropped_when_it_is_slow(serve, ending):
    running = serve("--body-grace", "0.3", "--body-timeout", "1")
    whole = running.get("/take", method="POST", body=b"x" * 100_000).json()

    with running.connect() as wire:
        wire.sendall(f"{POST}Content-Length: 99999\r\n\r\nab".encode())
        if ending == "trickles":
            trickle(wire)
        replies = list(read_replies(wire))
    again = running.get("/take", method="POST", body=b"y" * 100_000).json()

    assert whole["size"] == again["size"] == 100_000
    assert [reply.status for reply in replies] == [408]
    assert running.read_notes() == ["POST /take", "POST /take"]


def test_slow_bodies_hold_no_view_thread(serve):
    running = serve("--threads", "2")
    wires = [running.connect() for _ in range(60)]
    for wire in wires:
        wire.sendall(f"{POST}Content-Length: 9999\r\n\r\nab".encode())

    assert running.get("/").status == 200
