"""A folder survives kills, full disks and foreign files, and is private."""

import itertools
import os
import stat
import subprocess
import sys
import textwrap

import pytest

from carboy.errors import UnavailableError
from carboy.stores import FileStore, file as module

from .killing import kill_writer


@pytest.fixture
def store(tmp_path, clock):
    return FileStore(tmp_path / "store", clock=clock)


def list_files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_only_the_owner_can_read(store, tmp_path):
    store.set("key", b"secret")

    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "store").rglob("*")}

    assert modes == {0}


def test_the_name_of_a_file_does_not_contain_the_key(store, tmp_path):
    store.set("../../etc/passwd", b"1")

    assert all(tmp_path / "store" in path.parents for path in list_files(tmp_path))
    assert not any("passwd" in str(path) for path in list_files(tmp_path))


def test_foreign_and_truncated_files_are_ignored(store, tmp_path):
    store.set("key", b"value")
    (path,) = [p for p in list_files(tmp_path) if p.name != ".lock"]
    for damage in (b"", b"x", path.read_bytes()[:14], b"\xff" * 100):
        path.write_bytes(damage)
        assert store.get("key") is None
    store.purge_expired()
    store.set("key", b"again")

    assert store.get("key") == b"again"


def test_expired_entries_are_purged_by_writes(tmp_path, clock, monkeypatch):
    turns = itertools.count()
    monkeypatch.setattr(module, "PURGE_EVERY", 1)
    monkeypatch.setattr(module.secrets, "randbelow", lambda most: next(turns) % most)
    store = FileStore(tmp_path, clock=clock)
    for number in range(40):
        store.set(f"old{number}", b"1", ttl=5)
    clock.advance(10)
    for _ in range(256):
        store.set("young", b"1")

    entries = [path for path in list_files(tmp_path) if path.name != ".lock"]
    assert len(entries) == 1


def test_the_draft_of_a_killed_writer_is_deleted_an_hour_later(store, tmp_path):
    store.set("key", b"1")
    (entry,) = [p for p in list_files(tmp_path) if p.name != ".lock"]
    draft = entry.with_name(".0123456789abcdef")
    draft.write_bytes(b"half")
    store.purge_expired()
    assert draft.exists()

    os.utime(draft, (0, 0))
    store.purge_expired()

    assert not draft.exists()
    assert store.get("key") == b"1"


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = FileStore(tmp_path / "file" / "store")

    assert store.get("key") is None
    with pytest.raises(UnavailableError, match="cannot be used as a store"):
        store.set("key", b"1")
    with pytest.raises(UnavailableError, match="cannot be used as a store"):
        store.ping()


def test_a_full_disk_is_unavailable_and_leaves_the_old_value(store, tmp_path):
    """R23: a write that exceeds the limit of the process is reported."""
    store.set("key", b"old")
    script = """
        import resource, signal, sys
        from carboy.errors import UnavailableError
        from carboy.stores import FileStore
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            FileStore(sys.argv[1]).set("key", b"x" * 100_000)
        except UnavailableError as error:
            print(error)
    """

    message = run(script, str(tmp_path / "store"))

    assert "Free space" in message
    assert FileStore(tmp_path / "store").get("key") == b"old"
    assert len([p for p in list_files(tmp_path) if p.name != ".lock"]) == 1


def test_a_durable_store_waits_for_the_file_and_its_name(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(
        module.os, "fsync", lambda handle: synced.append(os.fstat(handle).st_mode)
    )

    FileStore(tmp_path, durable=True).set("key", b"1")

    assert list(map(stat.S_IFMT, synced)) == [stat.S_IFREG, stat.S_IFDIR]


def test_a_lock_that_is_never_released_is_reported(store, monkeypatch, tmp_path):
    monkeypatch.setattr(module, "LOCK_TIMEOUT", 0.05)

    with (
        store._locked("key"),
        pytest.raises(UnavailableError, match="Look for a suspended process"),
    ):
        store.set("key", b"1")


def write(folder, run_number, acknowledge):
    store = FileStore(folder)
    for number in range(1_000_000):
        store.set("last", b"%d" % number + b"." * 20_000)
        store.incr("count")
        store.add(f"{run_number}:{number}", b"1")
        acknowledge(number)


def test_a_writer_killed_twenty_times_loses_no_acknowledged_write(tmp_path):
    store, total = FileStore(tmp_path), 0
    for number in range(20):
        after = 0.01 * (1 + number % 5)
        acknowledged = kill_writer(write, str(tmp_path), number, after=after)[-1]
        total += acknowledged + 1
        last = int(store.get("last").rstrip(b"."))
        assert last in {acknowledged, acknowledged + 1}
        keys = [f"{number}:{written}" for written in range(acknowledged + 1)]
        assert len(store.get_many(keys)) == len(keys)

    assert total <= int(store.get("count")) <= total + 20


def run(script, *arguments):
    command = [sys.executable, "-c", textwrap.dedent(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
