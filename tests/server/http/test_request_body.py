"""If this passes, a view sees a body whole or not at all, and nothing stays behind."""

import asyncio
import hashlib
import socket
import struct
import time
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from carboy.server.http.request_body import BodyReader, get_length
from carboy.server.http.request_head import RejectedRequestError
from carboy.server.options import Limits
from carboy.server.threads.event_loop import EventLoop, WorkerLoop
from tests.server.running import Running, read_replies, wait_for

POST = "POST /take HTTP/1.1\r\nHost: localhost\r\n"


def cut(running: Running, data: bytes, how: str) -> list[int]:
    with running.connect() as wire:
        with suppress(OSError):
            wire.sendall(data)
            if how == "reset":
                linger = struct.pack("ii", 1, 0)
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return []
            wire.shutdown(socket.SHUT_WR)
        return [reply.status for reply in read_replies(wire)]


def cuts():
    for size in (1, 10, 1000, 20_000, 100_000):
        for share in (0.0, 0.1, 0.5, 0.9, 0.99):
            sent = b"x" * int(size * share)
            head = f"{POST}Content-Length: {size}\r\n\r\n".encode()
            yield head + sent, "end"
            yield head + sent, "reset"
    head = f"{POST}Transfer-Encoding: chunked\r\n\r\n".encode()
    for size in (1, 100, 5000, 70_000, 600_000):
        chunk = f"{size:x}\r\n".encode() + b"x" * size
        for tail in (b"", b"\r\n", b"\r\n0\r\n", b"\r\nzz\r\n", b"garbage"):
            yield head + chunk + tail, "end"
            yield head + chunk + tail, "reset"


def test_a_hundred_cut_uploads_enter_no_view_and_leave_nothing(serve):
    running = serve("--spool-size", "50000")
    attempts = list(cuts())
    before = set(running.log.parent.iterdir())

    answers = [cut(running, data, how) for data, how in attempts]

    assert len(attempts) >= 100
    assert running.get("/").status == 200
    assert running.read_notes() == ["GET /"]
    assert all(
        statuses in ([400], [408]) or how == "reset"
        for statuses, (_, how) in zip(answers, attempts, strict=True)
    )
    assert set(running.log.parent.iterdir()) - before <= {running.notes}
    [worker] = running.list_workers()
    wait_for(lambda: not list_deleted(worker), "spooled bodies to be closed")


def list_deleted(pid: int) -> list[str]:

    names = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            name = str(each.readlink())
            names += [name] if "(deleted)" in name else []
    return names


@pytest.mark.parametrize("size", [0, 1, 16_384, 16_385, 300_000, 5_000_000])
def test_whole_bodies_arrive(running, size):
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]

    got = running.get("/take", method="POST", body=data).json()

    assert got["size"] == size
    assert got["digest"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("size", [1, 4000, 900_000])
def test_chunked_bodies_arrive_with_their_length(running, size):
    data = b"y" * size
    pieces = [data[i : i + 7000] for i in range(0, size, 7000)]
    body = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
    head = f"{POST}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode()

    [reply] = running.ask(head + body)

    assert reply.json()["size"] == size


def test_forms_with_files_work_as_documented(running):
    body = (
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        b'--B\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n'
        + b"z" * 700_000
        + b"\r\n--B--\r\n"
    )
    kind = "Content-Type: multipart/form-data; boundary=B"

    got = running.get("/form", kind, method="POST", body=body).json()

    assert got == {"fields": {"a": "1"}, "files": {"f": 700_000}}


def test_a_body_beyond_the_limit_is_refused_unread(serve):
    running = serve("--max-body-size", "50000")
    chunked = f"{POST}Transfer-Encoding: chunked\r\n\r\n".encode()
    chunk = b"7530\r\n" + b"x" * 30_000 + b"\r\n"

    announced = running.ask(f"{POST}Content-Length: 50001\r\n\r\n".encode())
    chunked_replies = running.ask(chunked + chunk * 3)

    assert [reply.status for reply in announced] == [413]
    assert [reply.status for reply in chunked_replies] == [413]
    assert running.read_notes() == []


URLENCODED = "Content-Type: application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a=1&b=2", 200),
        (b"&".join([b"a=1"] * 1000), 200),
        (b"&".join([b"a=1"] * 1001), 413),
        (b"&".join([b"a=1"] * 100_000), 413),
        (b"a=" + b"x" * 400_000, 200),
        (b"a=" + b"x" * 600_000, 413),
    ],
    ids=["small", "many", "too many", "absurdly many", "large", "too large"],
)
def test_urlencoded_forms_are_bounded(running, body, status):
    assert running.get("/form", URLENCODED, method="POST", body=body).status == status


@pytest.mark.parametrize("kind", ["application/json", "application/problem+json; a=b"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 64 + b"]" * 64, 200),
        (b"[" * 65 + b"]" * 65, 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400),
        (b"[" * 10_000, 400),
        (b"[" * 1_000_000, 400),
        (b"[" + b"[1]," * 500_000 + b"[]]", 200),
        (b'["' + b"[" * 10_000 + b'"]', 200),
        (b"[[", 400),
    ],
    ids=["allowed", "deeper", "deepest", "open", "large", "many", "text", "broken"],
)
def test_deep_json_is_refused_and_never_an_error(running, kind, body, status):
    head = f"Content-Type: {kind}"

    reply = running.get("/json", head, method="POST", body=body)

    assert reply.status == status
    assert "RecursionError" not in running.read_log()


def test_the_depth_of_json_can_be_left_to_the_app(serve):
    running = serve("--max-json-depth", "0")
    kind = "Content-Type: application/json"

    reply = running.get("/json", kind, method="POST", body=b"[" * 99 + b"]" * 99)

    assert reply.status == 200


def test_a_client_that_asks_whether_to_send_its_body_is_told(running):
    head = f"{POST}Expect: 100-continue\r\nContent-Length: "
    with running.connect() as wire:
        wire.sendall(f"{head}5\r\n\r\n".encode())
        assert wire.recv(1000).startswith(b"HTTP/1.1 100 ")
        wire.sendall(b"hello")
        assert next(read_replies(wire)).json()["size"] == 5

    refused = running.ask(f"{head}500000000\r\n\r\n".encode())

    assert [reply.status for reply in refused] == [413]


@pytest.mark.parametrize("length", ["2", "5", "99"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_length_beside_a_coding_counts_for_nothing(running, length, is_first):
    """Granian drops the length before the server sees it, and closes after the answer.

    RFC 9112 allows that beside a refusal. What matters: there is one reading.
    """
    lines = [f"Content-Length: {length}", "Transfer-Encoding: chunked"]
    head = "\r\n".join(lines if is_first else reversed(lines))
    after = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

    replies = running.ask(
        f"{POST}{head}\r\n\r\n5\r\nhello\r\n0\r\n\r\n{after}".encode()
    )

    assert [reply.status for reply in replies] == [200]
    assert replies[0].json()["size"] == 5
    assert replies[0]["connection"] == "close"


def test_a_length_beside_a_coding_would_be_refused_if_it_were_seen():
    headers = [("transfer-encoding", "chunked"), ("content-length", "5")]
    source = SimpleNamespace(headers=headers)

    with pytest.raises(RejectedRequestError):
        get_length(source)


def test_multipart_forms_are_bounded(running):
    part = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    kind = "Content-Type: multipart/form-data; boundary=B"

    reply = running.get("/form", kind, method="POST", body=part * 1001 + b"--B--\r\n")

    assert reply.status == 413


def test_a_large_file_is_refused_by_default(running):
    head = f"{POST}Content-Length: 50000000\r\n\r\n".encode()

    assert [reply.status for reply in running.ask(head)] == [413]


def test_a_part_of_line_breaks_is_read_in_linear_time(running):
    body = (
        b'--B\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
        + b"\r" * 10_000_000
        + b"\r\n--B--\r\n"
    )
    kind = "Content-Type: multipart/form-data; boundary=B"
    began = time.monotonic()

    got = running.get("/form", kind, method="POST", body=body).json()

    assert got["files"] == {"f": 10_000_000}
    assert time.monotonic() - began < 10


def test_a_body_in_one_step_passes_the_same_checks(serve):
    running = serve("--max-body-size", "2000000")
    running.get("/take", method="POST", body=b"x" * 100_000)
    kind = "Content-Type: application/json"

    deep = running.get("/json", kind, method="POST", body=b"[" * 300_000)
    running.get("/take", method="POST", body=b"x" * 100_000)
    many = running.get("/form", URLENCODED, method="POST", body=b"a&" * 100_000)
    running.get("/take", method="POST", body=b"x" * 100_000)
    cut_off = cut(running, f"{POST}Content-Length: 90000\r\n\r\nxx".encode(), "end")

    assert (deep.status, many.status, cut_off) == (400, 413, [400])


def read_with(reader_limits: Limits, *bodies: bytes) -> tuple[list[str], int]:
    """Return by which way each body was read, and the memory that is free at last."""
    ways: list[str] = []

    class Protocol:
        def __init__(self, data: bytes) -> None:
            self.data = data

        async def __call__(self) -> bytes:
            ways.append("step")
            return self.data

        async def __aiter__(self):
            ways.append("pieces")
            yield self.data
            yield b""

    async def read_all() -> int:
        event_loop = EventLoop(asyncio.get_running_loop())
        reader = BodyReader(reader_limits, lambda request: None, event_loop)
        for data in bodies:
            headers = [("content-length", str(len(data)))]
            request = SimpleNamespace(
                headers=headers,
                protocol=Protocol(data),
                client=("192.0.2.1", 1),
                content_length=None,
                body=None,
            )
            reader.start(request)
            while reader.count_open():
                await asyncio.sleep(0)
            request.body.close()
        return reader._memory.free

    free = asyncio.run(read_all())
    return ways, free


def test_the_second_body_of_a_quick_client_is_read_in_one_step():
    ways, free = read_with(Limits(), b"x" * 100_000, b"y" * 1_048_576, b"z" * 3_000_000)

    assert ways == ["pieces", "step", "pieces"]
    assert free == 64 * 1024 * 1024


def test_announced_bodies_leave_half_of_the_memory_to_others():
    with closing(WorkerLoop()) as loop:
        reader = BodyReader(Limits(), lambda request: None, EventLoop(loop))
    reader._pace.note("192.0.2.1", 100_000, 0.1)

    taken = sum(reader._reads_at_once("192.0.2.1", 1_000_000) for _ in range(80))

    assert 33 <= taken <= 34
    assert reader._memory.free >= 30 * 1024 * 1024


def test_a_body_in_one_step_is_never_larger_than_the_spool_allows():
    limits = Limits(spool_size=50_000)

    ways, _ = read_with(limits, b"x" * 100_000, b"x" * 100_000, b"x" * 40_000)

    assert ways == ["pieces", "pieces", "step"]
