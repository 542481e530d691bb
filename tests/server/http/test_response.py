"""If this passes, an answer leaves as the app meant it, or visibly not at all."""

import asyncio
from pathlib import Path
from urllib.parse import quote

import pytest

from carboy.engine import ServerResponse
from carboy.server.http.request_head import RequestHeadParser
from carboy.server.http.response import RequestHandler
from carboy.server.options import ServeOptions
from carboy.server.threads.event_loop import EventLoop
from carboy.server.threads.view_threads import ThreadSlot
from tests.profiling import list_calls
from tests.server.running import Running, read_replies, wait_for

# What a cut response is to the reader, with or without a head.
CUT = (EOFError, IndexError)


def test_a_view_answers_on_a_view_thread(running):
    seen = running.get("/see?a=1").json()

    assert seen["thread"].startswith("view-")
    assert seen["url"] == "http://localhost/see?a=1"
    assert seen["client"] == "127.0.0.1"


def test_connections_are_kept_and_pipelined(running):
    ask = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    replies = running.ask(ask * 3 + last)

    assert [reply.status for reply in replies] == [200] * 4


def test_head_has_the_headers_of_get_and_no_body(running):
    assert running.get("/", method="HEAD")["content-length"]
    assert running.get("/", method="HEAD").body == b""


def read_first_piece(running):
    with running.connect() as wire:
        wire.sendall(b"GET /drip HTTP/1.1\r\nHost: localhost\r\n\r\n")
        data = b""
        while b"0\n" not in data:
            data += wire.recv(1000)
    return data


def test_streams_arrive_piece_by_piece(running):
    """Who reads late, on a busy machine, gets more at once: so it is tried again."""
    wait_for(lambda: b"2\n" not in read_first_piece(running), "the first piece alone")

    assert running.get("/drip").body == b"0\n1\n2\n"


def test_a_stream_that_fails_half_way_does_not_look_complete(running):
    with pytest.raises(CUT):
        running.get("/broken")

    wait_for(lambda: "on purpose" in running.read_log(), "the log")


def test_that_holds_behind_a_proxy_as_well(serve):
    running = serve("--trusted-proxies", "127.0.0.1")

    with pytest.raises(CUT):
        running.get("/broken", "X-Forwarded-For: 203.0.113.9")


def test_even_a_system_exit_is_only_an_error(running):
    assert running.get("/fail").status == 500
    assert running.get("/").status == 200


@pytest.mark.parametrize(
    "name", ["SystemExit", "KeyboardInterrupt", "GeneratorExit", "BaseException"]
)
def test_nothing_that_a_view_raises_ends_the_worker(running, name):
    workers = running.list_workers()

    assert running.get(f"/fail/{name}").status == 500

    wait_for(lambda: f"GET '/fail/{name}' failed" in running.read_log())
    assert running.list_workers() == workers


def test_a_client_that_leaves_ends_the_iterator(running):
    with running.connect() as wire:
        wire.sendall(b"GET /flow/100000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wire.recv(1000)

    wait_for(lambda: "flow ended" in running.read_notes(), "the iterator to be closed")


def test_a_large_download_to_a_slow_reader_takes_constant_memory(running):
    [worker] = running.list_workers()
    before = get_memory_mb(worker)
    with running.connect() as wire:
        wire.sendall(b"GET /flow/5000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wire.recv(1000)
        peak = max(get_memory_mb(worker) for _ in range(200))
        wire.recv(1000)

    assert peak - before < 60


def get_memory_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1_000_000


def test_slow_readers_hold_no_view_thread(serve):
    # The last reader begins when all others have read 20 MB each.
    running = serve("--threads", "2", "--write-timeout", "600")
    wires = [running.connect() for _ in range(10)]
    for wire in wires:
        wire.sendall(b"GET /flow/300 HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert running.get("/").status == 200
    for wire in wires:
        [reply] = list(read_replies_once(wire))
        assert len(reply.body) == 300 * 65536


def read_replies_once(wire):
    replies = read_replies(wire)
    yield next(replies)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/none", 500), ("/inject", 500), ("/framed", 200), ("/", 200)],
)
def test_an_app_that_breaks_the_rules_harms_only_itself(serve, path, status):
    running = serve(target="shop:rude")

    reply = running.get(path)

    assert reply.status == status
    assert not reply.has("set-cookie")
    assert reply.has("content-length")


def test_wrong_lengths_are_put_right_or_cut_off(serve):
    running = serve(target="shop:rude")

    assert running.get("/long").body == b"longer"
    with pytest.raises((EOFError, IndexError)):
        running.get("/short")


def test_headers_beyond_ascii_keep_their_bytes(serve):
    running = serve(target="shop:rude")

    assert running.get("/text")["x-text"] == "caf\xc3\xa9"


def values():
    breaks = ["\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x85", "\u2028", "%0d%0a"]
    for mark in breaks:
        for number in range(28):
            yield f"a{mark}Set-Cookie: evil={number}"
            yield f"{mark}{mark}<script>{number}"


def test_no_value_becomes_a_header(running: Running):
    """500 values through a redirect and 500 through a header."""

    asked = [quote(value) for value in values()]
    assert len(asked) >= 500
    last = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for path in ("/go?to=", "/header?value="):
        lines = [
            f"GET {path}{value} HTTP/1.1\r\nHost: localhost\r\n\r\n" for value in asked
        ]
        replies = running.ask("".join([*lines, last]).encode())
        assert len(replies) == len(asked) + 1
        assert not any(reply.has("set-cookie") for reply in replies)
        assert all(b"<script>" not in reply.body for reply in replies)


class StubRequest:
    """Stands for a request of Granian's; records how it was answered."""

    method, scheme, http_version, path, query_string = "GET", "http", "1.1", "/", ""
    authority, client = None, "192.0.2.1:5000"
    response = None

    @property
    def scope(self):
        return self

    proto = headers = scope

    def items(self):
        return [("host", "localhost"), ("user-agent", "curl"), ("accept", "*/*")]

    def response_bytes(self, *response):
        self.response = response


def test_the_server_costs_few_calls():
    """What the server adds to a plain request, in Python calls: the same anywhere."""
    options = ServeOptions()
    loop = asyncio.new_event_loop()
    parser = RequestHeadParser(options, ("127.0.0.1", 80))
    plain = [("content-type", "text/plain")]
    handler = RequestHandler(
        options,
        lambda _: ServerResponse(200, "200 OK", plain, b"ok"),
        EventLoop(loop),
        lambda *_: None,
    )
    loop.close()
    stub, slot = StubRequest(), ThreadSlot()

    def answer():
        request = parser.parse(stub.scope)
        request.protocol = stub.proto
        handler.run(request, slot)

    answer()

    calls = list_calls(answer)

    ours = [c for c in calls if "carboy" in getattr(c, "co_filename", "")]
    assert stub.response == (200, plain, b"ok")
    assert len(ours) <= 16, [code.co_qualname for code in ours]
