"""Parts in a folder are one file of data and one line for each part."""

import errno

import pytest

from carboy.uploads import StorageFullError
from carboy.uploads.storages import LocalStorage, local_parts


def test_the_data_is_renamed_at_the_end_and_not_copied(tmp_path):
    storage = LocalStorage(tmp_path)
    writer = storage.begin("a")
    writer.add(1, b"one")
    [data] = tmp_path.glob(".unfinished/*/data")
    number = data.stat().st_ino

    writer.complete()

    assert (tmp_path / "a").stat().st_ino == number
    assert list(tmp_path.glob(".unfinished/*")) == []


def test_a_full_disk_takes_no_part_and_keeps_those_before(tmp_path, monkeypatch):
    def full(_file):
        raise OSError(errno.ENOSPC, "No space left on device")

    storage = LocalStorage(tmp_path)
    writer = storage.begin("a")
    writer.add(1, b"one")
    [data] = tmp_path.glob(".unfinished/*/data")

    with monkeypatch.context() as patch:
        patch.setattr(local_parts, "sync_file", full)
        with pytest.raises(StorageFullError, match="No space left"):
            writer.add(2, b"two")

    assert data.read_bytes() == b"one"
    assert [part.size for part in writer.parts] == [3]
    writer.add(2, b"2")
    writer.complete()
    assert b"".join(storage.read("a")) == b"one2"
