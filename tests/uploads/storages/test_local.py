"""Files in a folder survive kills, do not follow links, and report a full disk."""

import errno
import multiprocessing
import os
import stat
import time

import pytest

from carboy.uploads.errors import (
    FileMissingError,
    InvalidKeyError,
    StorageError,
    StorageFullError,
)
from carboy.uploads.storages import LocalStorage, local


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "uploads"


@pytest.fixture
def storage(folder):
    return LocalStorage(folder)


def test_files_can_be_read_by_their_owner_only(storage, folder):
    storage.write("a/b", [b"x"])

    assert stat.S_IMODE((folder / "a/b").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "a").stat().st_mode) == 0o700


def test_the_server_gets_the_path_of_a_file(storage, folder):
    storage.write("a/b", [b"x"])

    assert storage.local_path("a/b") == folder / "a/b"
    assert storage.local_path("a/c") is None
    assert storage.local_path("a") is None


def test_a_link_is_no_file(storage, folder, tmp_path):
    (tmp_path / "secret").write_text("secret")
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")

    for read in (storage.read, storage.stat, storage.local_path):
        with pytest.raises(InvalidKeyError):
            read("link")
    assert list(storage.list_files()) == []


def test_a_link_to_a_file_of_the_folder_is_no_file_either(storage, folder):
    storage.write("file", [b"x"])
    (folder / "link").symlink_to(folder / "file")

    with pytest.raises(StorageError):
        storage.read("link")
    assert storage.stat("link") is None
    assert storage.local_path("link") is None
    assert [stored.key for stored in storage.list_files()] == ["file"]


def test_a_folder_that_is_a_link_leads_nowhere(storage, folder, tmp_path):
    folder.mkdir()
    (tmp_path / "outside").mkdir()
    (folder / "in").symlink_to(tmp_path / "outside")

    with pytest.raises(InvalidKeyError):
        storage.write("in/x", [b"x"])

    assert list((tmp_path / "outside").iterdir()) == []


def test_a_fifo_is_no_file_and_does_not_block(storage, folder):
    storage.write("file", [b"x"])
    os.mkfifo(folder / "fifo")

    assert storage.stat("fifo") is None
    with pytest.raises(FileMissingError):
        storage.read("fifo")


def test_empty_folders_are_removed(storage, folder):
    storage.write("a/b/c", [b"x"])

    storage.delete("a/b/c")

    assert not (folder / "a").exists()


def test_a_full_disk_is_reported_and_leaves_nothing(storage, folder, monkeypatch):
    def full(_file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(local, "sync_file", full)

    with pytest.raises(StorageFullError, match="No space left") as caught:
        storage.write("a", [b"x"])

    assert caught.value.status == 507
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_what_killed_writers_left_is_removed_when_it_is_old(folder):
    now = time.time()
    storage = LocalStorage(folder, clock=lambda: now)
    half = folder / ".unfinished" / "half"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")

    assert storage.remove_unfinished(older_than=60) == 0
    os.utime(half, (now - 61, now - 61))
    assert storage.remove_unfinished(older_than=60) == 1
    assert not half.exists()


def _write_forever(folder):
    storage = LocalStorage(folder)
    for number in range(10**9):
        storage.write(f"files/{number % 5}", [b"%d" % (number % 10) * 50_000] * 4)


def test_a_killed_writer_leaves_whole_files(folder):
    storage = LocalStorage(folder)
    for _ in range(2):
        process = multiprocessing.get_context("spawn").Process(
            target=_write_forever, args=(folder,)
        )
        process.start()
        deadline = time.monotonic() + 60
        while not list(storage.list_files()) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        process.join()

        contents = [b"".join(storage.read(each.key)) for each in storage.list_files()]

        assert contents
        assert all(len(each) == 200_000 and len(set(each)) == 1 for each in contents)
        storage.remove_unfinished(older_than=0)
    assert [path for path in folder.rglob(".unfinished/*") if path.is_file()] == []


def test_a_part_without_its_line_does_not_count(storage, folder):
    writer = storage.begin("a")
    writer.add(1, b"one")
    [parts] = (folder / ".unfinished").iterdir()
    with (parts / "data").open("ab") as file:
        file.write(b"torn")
    with (parts / "lines").open("ab") as file:
        file.write(b"4")

    again = storage.resume("a", writer.upload_id)

    assert again.size == 3
    again.add(2, b"two")
    again.complete()
    assert b"".join(storage.read("a")) == b"onetwo"
