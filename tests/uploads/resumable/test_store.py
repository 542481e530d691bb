"""What has arrived is kept, in every storage and after any kill; nothing else is."""

import hashlib
import random

import pytest

from carboy.uploads.errors import StorageError
from carboy.uploads.resumable import store as store_module
from carboy.uploads.resumable.errors import ProtocolError
from carboy.uploads.resumable.headers import Checksum
from carboy.uploads.resumable.store import UploadStore
from tests.uploads.resumable.conftest import make_bytes

DAY = 86_400


def read(storage, key):
    return b"".join(storage.read(key))


@pytest.fixture
def store(storage):
    return UploadStore(storage, DAY)


def status_of(function, *args):
    with pytest.raises(ProtocolError) as caught:
        function(*args)
    return caught.value.status


def test_a_file_in_one_part(storage, store):
    file = store.create("film.mp4", 100)

    assert store.get_offset(file) == 0
    assert not store.is_complete(file)
    assert store.append(file, 0, iter([b"x" * 60, b"y" * 40])) == 100

    assert store.is_complete(file)
    assert read(storage, file.key) == b"x" * 60 + b"y" * 40
    assert store.get(file.id) == file
    assert storage.remove_unfinished(older_than=0) == 0


def test_an_empty_file_is_complete_at_once(storage, store):
    file = store.create("empty", 0)

    assert store.is_complete(file)
    assert read(storage, file.key) == b""


def test_many_sizes_and_breaks_by_chance(place, monkeypatch):
    """Each turn opens everything anew, as another server would."""
    monkeypatch.setattr(store_module, "PART", 50_000)
    for seed in range(6):
        numbers = random.Random(seed)
        length = numbers.choice([1, 49_999, 50_000, 50_001, 400_000])
        data = make_bytes(length)
        file = UploadStore(place.open(), DAY).create("film", length)
        while True:
            store = UploadStore(place.open(), DAY)
            found = store.get(file.id)
            offset = store.get_offset(found)
            if offset == length:
                break
            end = min(offset + numbers.randrange(1, 130_000), length)
            broken = numbers.random() < 0.4

            def body(data=data, start=offset, end=end, broken=broken):
                for at in range(start, end, 7_000):
                    yield data[at : min(at + 7_000, end)]
                if broken:
                    raise ConnectionError

            if broken:
                assert status_of(store.append, found, offset, body()) == 400
                assert store.get_offset(found) == end, seed
            else:
                assert store.append(found, offset, body()) == end, seed

        assert UploadStore(place.open(), DAY).is_complete(file)
        assert read(place.open(), file.key) == data, seed


@pytest.mark.parametrize("offset", [0, 4, 6, 99])
def test_another_offset_is_refused(storage, store, offset):
    file = store.create("film", 10)
    store.append(file, 0, iter([b"12345"]))

    assert status_of(store.append, file, offset, iter([b"6"])) == 409
    assert store.get_offset(file) == 5


@pytest.mark.parametrize("checksum", [None, Checksum("sha1", b"")])
def test_more_than_the_length_is_refused(storage, store, checksum):
    file = store.create("film", 10)

    body = iter([b"x" * 6, b"x" * 6])

    assert status_of(store.append, file, 0, body, checksum) == 413
    assert storage.stat(file.key) is None


def test_bytes_with_another_checksum_count_for_nothing(storage, store):
    file = store.create("film", 10)
    right = Checksum("sha256", hashlib.sha256(b"x" * 10).digest())

    wrong = Checksum("sha1", hashlib.sha1(b"y" * 10, usedforsecurity=False).digest())

    assert status_of(store.append, file, 0, iter([b"x" * 10]), wrong) == 460
    assert store.get_offset(file) == 0
    assert store.append(file, 0, iter([b"x" * 10]), right) == 10
    assert store.is_complete(file)


def test_an_upload_ends_with_its_time(place):
    now = [1000.0]
    storage = place.open()
    store = UploadStore(storage, DAY, lambda: now[0])
    file = store.create("film", 10)

    assert store.get(file.id) == file
    now[0] += DAY + 1

    assert status_of(store.get, file.id) == 404


@pytest.mark.parametrize("name", ["", "0" * 32, "../x", "0" * 31 + "G", "x" * 300])
def test_an_unknown_upload_is_not_found(store, name):
    assert status_of(store.get, name) == 404


def test_a_removed_upload_leaves_nothing(storage, store):
    for data in (b"", b"12345", b"1234567890"):
        file = store.create("film", 10)
        if data:
            store.append(file, 0, iter([data]))
        store.remove(file)

    assert list(storage.list_files()) == []
    assert storage.remove_unfinished(older_than=0) == 0


def test_a_file_that_was_taken_is_gone(storage, store):
    file = store.create("film", 10)
    store.append(file, 0, iter([b"x" * 10]))
    storage.move(file.key, "films.video/a")

    assert status_of(store.get_offset, file) == 404


def test_two_writers_at_the_same_time_are_one(store):
    file = store.create("film", 10)

    def body():
        yield b"12345"
        assert status_of(store.append, file, 0, iter([b"x" * 10])) == 423
        yield b"67890"

    assert store.append(file, 0, body()) == 10


def test_an_end_that_was_interrupted_is_made_up_for(place, monkeypatch):
    storage = place.open()
    store = UploadStore(storage, DAY)
    file = store.create("film", 10)

    def fail(self, file):
        raise StorageError("The server is killed here.")

    with monkeypatch.context() as patched:
        patched.setattr(UploadStore, "_complete", fail)
        with pytest.raises(StorageError):
            store.append(file, 0, iter([b"x" * 10]))
    assert storage.stat(file.key) is None

    assert UploadStore(place.open(), DAY).is_complete(file)
    assert read(storage, file.key) == b"x" * 10
