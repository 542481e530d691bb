"""The last records stay readable, whoever writes, and whenever one is killed."""

import os
import random
import signal
import threading
import time

import pytest

from carboy.recorder.ring_file import RingFile


@pytest.fixture
def ring(tmp_path):
    ring = RingFile(tmp_path / "folder" / "traces.ring", size=100_000, slots=64)
    yield ring
    ring.close()


def read_all(ring, limit=100):
    return [(head, ring.read_body(number)) for number, head in ring.read_heads(limit)]


def test_records_are_read_the_newest_first(ring):
    for number in range(3):
        assert ring.append(f"head {number}".encode(), f"body {number}".encode())

    assert read_all(ring) == [
        (b"head 2", b"body 2"),
        (b"head 1", b"body 1"),
        (b"head 0", b"body 0"),
    ]


def test_nothing_is_there_before_the_first_record(ring):
    assert read_all(ring) == []
    assert ring.read_body(1) is None
    assert not ring.path.exists()


def test_the_file_is_for_its_owner_only(ring):
    ring.append(b"head", b"body")

    assert ring.path.stat().st_mode & 0o777 == 0o600


def test_a_record_that_is_too_large_is_refused_and_changes_nothing(ring):
    ring.append(b"head", b"body")

    assert not ring.append(b"large", bytes(30_000))
    assert read_all(ring) == [(b"head", b"body")]


def test_the_size_never_grows(ring):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it if the test fails
    rng = random.Random(seed)
    ring.append(b"", b"")
    size = ring.path.stat().st_size
    expected = []
    for number in range(2000):
        body = rng.randbytes(rng.choice([0, 1, 100, 3000, 20_000]))
        ring.append(str(number).encode(), body)
        expected.append((str(number).encode(), body))

    found = read_all(ring)

    assert ring.path.stat().st_size == size
    assert len(found) >= 4
    assert found == expected[::-1][: len(found)]


def test_more_records_than_slots_are_not_mixed_up(ring):
    for number in range(1000):
        ring.append(str(number).encode(), b"x")

    heads = [int(head) for head, _ in read_all(ring, 1000)]

    assert heads == list(range(999, 999 - len(heads), -1))
    assert 32 <= len(heads) <= 64


def test_clear_forgets_all(ring):
    ring.append(b"head", b"body")
    [(number, _)] = ring.read_heads(10)

    ring.clear()

    assert read_all(ring) == []
    assert ring.read_body(number) is None
    ring.append(b"new", b"record")
    assert read_all(ring) == [(b"new", b"record")]


@pytest.mark.parametrize("size", [0, 10, 4096, 20_000, 200_000])
def test_a_file_of_noise_is_made_anew(ring, size):
    ring.path.parent.mkdir(parents=True)
    ring.path.write_bytes(random.Random(size).randbytes(size))

    assert read_all(ring) == []
    ring.append(b"head", b"body")
    assert read_all(ring) == [(b"head", b"body")]


def test_a_file_of_another_size_is_made_anew(ring):
    ring.append(b"head", b"body")
    other = RingFile(ring.path, size=50_000, slots=64)

    assert read_all(other) == []
    other.append(b"new", b"record")
    assert read_all(other) == [(b"new", b"record")]
    other.close()


def test_noise_in_the_data_is_recognized(ring):
    ring.append(b"head", bytes(1000))
    with ring.path.open("r+b") as file:
        file.seek(-99_500, os.SEEK_END)
        file.write(b"noise")

    assert [body for _, body in read_all(ring)] == [None]


def test_threads_write_whole_records(ring):
    def write(name):
        for number in range(50):
            ring.append(f"{name} {number}".encode(), f"{name} {number}".encode() * 9)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = read_all(ring)
    assert len(found) >= 32
    assert all(body == head * 9 for head, body in found)


def _write_until_killed(path, name):
    ring = RingFile(path, size=100_000, slots=64)
    number = 0
    while True:
        head = f"{name} {number}".encode()
        ring.append(head, head * (number % 300))
        number += 1


def start_writer(ring, name):
    child = os.fork()
    if child == 0:
        try:
            _write_until_killed(ring.path, name)
        finally:
            os._exit(1)
    return child


def test_processes_that_are_killed_at_random_leave_whole_records(ring):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it if the test fails
    rng = random.Random(seed)
    ring.append(b"first", b"")
    for round_number in range(12):
        children = [start_writer(ring, f"{name}{round_number}") for name in "ab"]
        time.sleep(rng.random() * 0.03)
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        found = read_all(ring)
        assert found
        for head, body in found:
            assert body is not None
            assert body == head * (len(body) // len(head))
        ring.append(b"mine", b"mine")
        assert read_all(ring)[0] == (b"mine", b"mine")


def test_a_forked_child_does_not_share_the_lock(ring):
    ring.append(b"parent", b"")
    child = os.fork()
    if child == 0:
        ring.append(b"child", b"")
        os._exit(0)
    os.waitpid(child, 0)
    ring.append(b"again", b"")

    assert [head for head, _ in read_all(ring)] == [b"again", b"child", b"parent"]
