"""If this passes, event streams are fed, counted, kept alive and drained."""

import signal
import socket
import threading
from types import SimpleNamespace

from carboy.events.channel import Channel
from carboy.server.http.event_streams import EventStream, EventStreams
from carboy.server.process.resources import get_memory_mb
from tests.server.running import Running, wait_for


def watch(running: Running, path: str, *headers: str) -> socket.socket:
    wire = running.connect()
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""]
    wire.sendall("\r\n".join(lines).encode())
    return wire


def read_until(wire: socket.socket, word: bytes) -> bytes:
    data = b""
    while word not in data:
        piece = wire.recv(65536)
        if not piece:
            raise EOFError(data)
        data += piece
    return data


def publish(running: Running, text: str) -> str:
    kind = "Content-Type: application/json"
    reply = running.get("/tell", kind, method="POST", body=f'"{text}"'.encode())
    return reply.json()["id"]


def test_hundreds_watch_and_no_view_thread_is_held(serve):
    running = serve("--threads", "1")
    wires = [watch(running, f"/watch?user={n}") for n in range(200)]
    for wire in wires:
        read_until(wire, b"retry: 3000")

    publish(running, "news")

    for wire in wires:
        assert b"event: told" in read_until(wire, b"data: news")
        wire.close()


def test_silence_is_broken_by_comments(running):
    with watch(running, "/watch?user=quiet") as wire:
        read_until(wire, b"\n\n")
        read_until(wire, b":\n\n")


def test_a_page_that_comes_back_gets_what_it_missed(running):
    last = publish(running, "first")
    publish(running, "second")

    with watch(running, "/watch?user=back", f"Last-Event-ID: {last}") as wire:
        data = read_until(wire, b"data: second")

    assert b"data: first" not in data


def test_each_user_has_a_bounded_number(running):
    wires = [watch(running, "/watch?user=greedy") for _ in range(6)]
    for wire in wires:
        read_until(wire, b"retry")

    assert running.get("/watch?user=greedy").status == 429
    with watch(running, "/watch?user=other") as other:
        read_until(other, b"retry")

    wires.pop().close()

    def again():
        with watch(running, "/watch?user=greedy") as wire:
            return b"200 OK" in read_until(wire, b"\r\n\r\n")

    wait_for(again, "the place to be free again")


def test_iterators_of_all_kinds_are_carried_to_their_end(running):
    for path in ("/watch/async", "/watch/plain"):
        reply = running.get(path)
        assert reply.body.count(b"data: ") == 3, path


def test_a_state_is_polled_for_all(serve, tmp_path):
    state = tmp_path / "state"
    state.write_text("one")
    running = serve(env={"SITE_STATE": str(state)})
    wires = [watch(running, "/watch/state") for _ in range(3)]
    for wire in wires:
        read_until(wire, b"data: one")

    state.write_text("two")

    for wire in wires:
        read_until(wire, b"data: two")


def test_a_stop_sends_all_away_with_a_hint(serve):
    running = serve()
    wires = [watch(running, f"/watch?user={n}") for n in range(20)]
    for wire in wires:
        read_until(wire, b"retry: 3000")

    running.signal(signal.SIGTERM)

    for wire in wires:
        rest = read_until(wire, b"0\r\n\r\n")
        assert b"retry: " in rest
    assert running.wait_end() == 0


def test_head_gets_no_stream(running):
    assert running.get("/watch", method="HEAD").status == 200


def test_a_flood_of_events_reaches_everybody_in_order(running):
    with watch(running, "/watch?user=flood") as wire:
        read_until(wire, b"retry")
        threads = [
            threading.Thread(target=publish, args=(running, f"flood {n}"))
            for n in range(30)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        last = publish(running, "flood over")
        data = read_until(wire, b"data: flood over")

    numbers = [
        int(part.split(b"\n")[0].split(b"-")[1]) for part in data.split(b"id: ")[1:]
    ]
    assert numbers == sorted(numbers)
    assert str(numbers[-1]) == last.split("-")[1]


def test_entries_that_a_stream_read_at_its_start_are_not_sent_again():
    pending: list = []
    event_loop = SimpleNamespace(call=pending.append, call_every=lambda *_: None)
    streams, channel = (
        EventStreams(9, event_loop, lambda: False),
        Channel(history=1, replay=1),
    )
    wires: tuple = ([], [])

    def subscribe(wire):
        transport = SimpleNamespace(send_bytes=lambda data: iter([wire.append(data)]))
        body = SimpleNamespace(feed=channel.subscribe())
        streams._subscribe(EventStream(transport, body, None, "", 0.0), body.feed)

    subscribe(wires[0])
    channel.publish("one")
    channel.publish("two")
    subscribe(wires[1])
    for call in pending:
        call()

    assert b"".join(wires[0]).count(b"data: two") == 1
    assert b"".join(wires[1]).count(b"data: two") == 1


def test_streams_that_come_and_go_leave_no_memory_behind(serve):
    running = serve()
    [worker] = running.list_workers()

    def visit(count: int) -> float:
        for number in range(count):
            with watch(running, f"/watch?user={number}") as wire:
                read_until(wire, b"retry")
        running.opened.clear()
        return get_memory_mb(worker)

    first = visit(500)
    last = visit(1500)

    # A cycle through Granian's future cost 1.5 kB for each of them.
    assert last - first < 1.0
