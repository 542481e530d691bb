"""If this passes, a body goes at its reader's pace and nobody else waits for it."""

import asyncio
import os
import threading
from pathlib import Path

import pytest

from carboy.server.http.checked_send import CheckedHead
from carboy.server.http.streaming import ClientGoneError, DiskQueue, Pipe
from carboy.server.threads.event_loop import EventLoop
from tests.server.running import wait_for


class Conn:
    """Stands for Granian: notes the path of the body, opens it when told to."""

    path = ""

    def response_file(self, status, headers, file):
        self.path = file

    def open(self):
        return open(self.path, "rb", buffering=0)  # noqa: PTH123 - no such path


@pytest.fixture
def event_loop():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield EventLoop(loop)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def count_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_short_body_goes_through(event_loop):
    conn = Conn()
    pipe = Pipe(event_loop, conn, CheckedHead(200, []))
    pipe.write(b"hello ", 1)
    with conn.open() as reader:
        assert reader.read(100) == b"hello "
        pipe.write(b"world", 1)
        pipe.close()
        assert reader.read(100) == b"world"
        assert reader.read(100) == b""
    assert pipe.taken == 11


def test_a_writer_does_not_wait_for_a_slow_reader(event_loop):
    conn = Conn()
    data = os.urandom(1_000_000)
    pipe = Pipe(event_loop, conn, CheckedHead(200, []))

    with conn.open() as reader:
        for start in range(0, len(data), 50_000):
            pipe.write(data[start : start + 50_000], 1)
        pipe.close()
        got = b""
        while block := reader.read(30_000):
            got += block

    assert got == data


@pytest.mark.parametrize("size", [100, 1_000_000])
def test_a_reader_that_leaves_is_noticed(event_loop, size):
    conn = Conn()
    pipe = Pipe(event_loop, conn, CheckedHead(200, []))
    pipe.write(b"x" * 100, 1)
    with conn.open() as reader:
        reader.read(50)

        pipe.write(b"x" * size, 1)

    def write():
        try:
            pipe.write(b"x" * size, 1)
        except ClientGoneError:
            return True
        return False

    wait_for(write, "the writer to notice")
    pipe.close()


def test_descriptors_are_given_back(event_loop):
    before = count_descriptors()
    for _ in range(3):
        conn = Conn()
        pipe = Pipe(event_loop, conn, CheckedHead(200, []))
        pipe.write(b"x" * 300_000, 1)
        with conn.open() as reader:
            pipe.close()
            while reader.read(65536):
                pass

    wait_for(lambda: count_descriptors() <= before, "the descriptors")


def test_the_queue_keeps_the_order():
    queue = DiskQueue()
    queue.add(b"abc")
    queue.add(b"def")

    assert queue.peek(4) == b"abcd"
    queue.skip(4)
    assert queue.peek(10) == b"ef"
    assert not queue.is_empty
    queue.skip(2)

    assert queue.is_empty
    assert queue.peek(10) == b""
    assert queue.drained == 6
    queue.close()


def test_the_queue_is_full_until_it_has_run_empty():
    queue = DiskQueue(max_size=10)
    queue.add(b"x" * 12)
    assert queue.is_full

    queue.skip(11)
    assert queue.is_full
    queue.skip(1)

    assert not queue.is_full
    queue.add(b"again")
    assert queue.peek(10) == b"again"
    queue.close()


def test_the_file_of_the_queue_has_no_name(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    queue = DiskQueue()
    queue.add(b"secret")

    assert list(tmp_path.iterdir()) == []
    queue.close()
