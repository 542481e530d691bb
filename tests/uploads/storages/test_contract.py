"""Every storage behaves the same: files by key, whole or not at all."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from carboy.uploads.errors import FileMissingError, InvalidKeyError, KeyExistsError

KEY = "user.avatar/4f/4f2a.png"


def make_bytes(size):
    return hashlib.shake_256(b"seed").digest(size)


def read(storage, key, *bounds):
    return b"".join(storage.read(key, *bounds))


def test_a_file_is_read_as_it_was_written(storage):
    stored = storage.write(KEY, [b"one", b"", b"two"], content_type="image/png")

    assert read(storage, KEY) == b"onetwo"
    assert (stored.key, stored.size) == (KEY, 6)
    assert storage.stat(KEY) == stored
    assert stored.content_type in {None, "image/png"}


@pytest.mark.parametrize("size", [0, 1, 262_144, 262_145, 3_000_000])
def test_any_size_is_stored(storage, size):
    data = make_bytes(size)

    storage.write(KEY, iter([data]))

    assert read(storage, KEY) == data
    assert storage.stat(KEY).size == size


@pytest.mark.parametrize(
    ("start", "end"), [(0, None), (0, 4), (3, 7), (9, 10), (9, 99), (10, 12), (4, 4)]
)
def test_a_range_is_read(storage, start, end):
    storage.write(KEY, [b"0123456789"])

    assert read(storage, KEY, start, end) == b"0123456789"[start:end]


def test_a_range_over_several_chunks_is_read(storage):
    data = make_bytes(1_000_000)
    storage.write(KEY, [data])

    assert read(storage, KEY, 200_000, 800_001) == data[200_000:800_001]


def test_a_missing_file_raises_before_the_first_chunk(storage):
    with pytest.raises(FileMissingError, match=KEY):
        storage.read(KEY)
    with pytest.raises(FileMissingError):
        storage.move(KEY, "other")

    assert storage.stat(KEY) is None


def test_a_second_file_replaces_the_first_and_changes_the_etag(storage):
    before = storage.write(KEY, [b"first"])

    after = storage.write(KEY, [b"other"])

    assert read(storage, KEY) == b"other"
    assert after.etag != before.etag


def test_a_file_is_not_replaced_if_that_is_not_wanted(storage):
    storage.write(KEY, [b"first"], replace=False)

    with pytest.raises(KeyExistsError):
        storage.write(KEY, [b"second"], replace=False)

    assert read(storage, KEY) == b"first"


def test_one_of_several_writers_gets_a_key(place):
    def write(number):
        try:
            place.open().write(KEY, [b"%d" % number], replace=False)
        except KeyExistsError:
            return None
        return b"%d" % number

    with ThreadPoolExecutor(4) as pool:
        written = [each for each in pool.map(write, range(8)) if each is not None]

    assert written == [read(place.open(), KEY)]


def test_an_error_while_writing_leaves_nothing(storage):
    storage.write(KEY, [b"before"])

    def broken():
        yield b"half"
        raise ConnectionError("gone")

    for key in (KEY, "new"):
        with pytest.raises(ConnectionError):
            storage.write(key, broken())

    assert read(storage, KEY) == b"before"
    assert [stored.key for stored in storage.list_files()] == [KEY]
    assert storage.remove_unfinished(older_than=0) == 0


def test_an_open_reader_keeps_the_file_that_it_opened(storage):
    storage.write(KEY, [b"first"])
    reader = storage.read(KEY)

    storage.write(KEY, [b"second"])

    # A storage behind a network may read at the first chunk.
    assert b"".join(reader) in {b"first", b"second"}


def test_a_deleted_file_is_gone(storage):
    storage.write(KEY, [b"data"])

    storage.delete(KEY)
    storage.delete(KEY)

    assert storage.stat(KEY) is None
    assert list(storage.list_files()) == []


def test_a_file_is_moved_and_replaces_the_target(storage):
    storage.write("incoming/a", [b"new"])
    storage.write(KEY, [b"old"])

    moved = storage.move("incoming/a", KEY)

    assert (moved.key, moved.size) == (KEY, 3)
    assert read(storage, KEY) == b"new"
    assert storage.stat("incoming/a") is None


def test_a_file_moved_to_its_own_key_stays(storage):
    storage.write(KEY, [b"data"])

    storage.move(KEY, KEY)

    assert read(storage, KEY) == b"data"


def test_files_are_listed_by_prefix(storage):
    keys = {"a/1", "a/2", "ab", "b/a/3", "a.b/c"}
    for key in keys:
        storage.write(key, [b"x"])

    assert {stored.key for stored in storage.list_files()} == keys
    assert {stored.key for stored in storage.list_files("a/")} == {"a/1", "a/2"}
    assert {stored.key for stored in storage.list_files("a")} == keys - {"b/a/3"}
    assert list(storage.list_files("c")) == []


def test_young_files_are_not_listed_as_old(storage):
    storage.write(KEY, [b"x"])

    assert list(storage.list_files(older_than=3600)) == []
    assert [stored.key for stored in storage.list_files(older_than=0)] == [KEY]


def test_the_time_of_a_file_is_now(storage):
    before = time.time() - 5

    stored = storage.write(KEY, [b"x"])

    assert stored.modified.tzinfo is not None
    assert before <= stored.modified.timestamp() <= datetime.now(UTC).timestamp() + 5


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a//b",
        "a/",
        ".hidden",
        "a/.b",
        "a\\b",
        "a\0b",
        "a\nb",
        "C:x",
        "a b",
        "é",
        "x" * 401,
        "a/./b",
        "%2e%2e/x",
    ],
)
def test_a_key_that_could_be_another_path_is_refused(storage, key):
    with pytest.raises(InvalidKeyError):
        storage.write(key, [b"x"])
    with pytest.raises(InvalidKeyError):
        storage.read(key)
    with pytest.raises(InvalidKeyError):
        storage.stat(key)
    with pytest.raises(InvalidKeyError):
        storage.delete(key)
    with pytest.raises(InvalidKeyError):
        storage.begin(key)
    storage.write(KEY, [b"x"])
    with pytest.raises(InvalidKeyError):
        storage.move(KEY, key)


# Parts


def parts_of(storage, *fillers):
    """Return parts that are long enough for the storage."""
    return [filler * max(storage.min_part_size, 3) for filler in fillers]


def test_parts_become_one_file_that_appears_at_the_end(storage):
    one, two = parts_of(storage, b"1", b"2")
    writer = storage.begin(KEY, content_type="image/png")

    writer.add(1, one)
    writer.add(2, two)
    writer.add(3, b"end")

    assert storage.stat(KEY) is None
    assert list(storage.list_files()) == []
    assert writer.size == len(one + two) + 3
    assert writer.complete().size == len(one + two) + 3
    assert read(storage, KEY) == one + two + b"end"
    assert storage.remove_unfinished(older_than=0) == 0


def test_another_process_continues_the_parts(place):
    one, two = parts_of(place.open(), b"1", b"2")
    begun = place.open().begin(KEY)
    begun.add(1, one)

    writer = place.open().resume(KEY, begun.upload_id)

    assert [(part.number, part.size) for part in writer.parts] == [(1, len(one))]
    writer.add(2, two)
    writer.complete()
    assert read(place.open(), KEY) == one + two


def test_the_last_part_can_be_sent_again(storage):
    one, two, other = parts_of(storage, b"1", b"2", b"3")
    writer = storage.begin(KEY)
    writer.add(1, one)
    writer.add(2, two)

    writer.add(2, other)

    writer.complete()
    assert read(storage, KEY) == one + other


@pytest.mark.parametrize("number", [0, 1, 4, -1])
def test_other_numbers_are_refused(storage, number):
    one, two = parts_of(storage, b"1", b"2")
    writer = storage.begin(KEY)
    writer.add(1, one)
    writer.add(2, two)

    with pytest.raises(ValueError, match="cannot follow"):
        writer.add(number, one)


def test_aborted_parts_are_gone(storage):
    writer = storage.begin(KEY)
    writer.add(1, b"data")

    writer.abort()
    writer.abort()

    with pytest.raises(FileMissingError):
        storage.resume(KEY, writer.upload_id)
    assert storage.stat(KEY) is None
    assert storage.remove_unfinished(older_than=0) == 0


def test_completed_parts_cannot_be_resumed(storage):
    writer = storage.begin(KEY)
    writer.add(1, b"data")
    writer.complete()

    with pytest.raises(FileMissingError):
        storage.resume(KEY, writer.upload_id)
    assert read(storage, KEY) == b"data"


def test_parts_belong_to_their_key(storage):
    writer = storage.begin(KEY)

    with pytest.raises(FileMissingError):
        storage.resume("other", writer.upload_id)
    with pytest.raises(FileMissingError):
        storage.resume(KEY, "f" * 32)


def test_abandoned_parts_are_removed_when_they_are_old(storage):
    writer = storage.begin(KEY)
    writer.add(1, b"data")

    assert storage.remove_unfinished(older_than=3600) == 0
    assert storage.remove_unfinished(older_than=0) == 1

    with pytest.raises(FileMissingError):
        storage.resume(KEY, writer.upload_id)
