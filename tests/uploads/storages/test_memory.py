"""Files in memory are those of one storage."""

from carboy.uploads.storages import MemoryStorage


def test_two_storages_share_nothing():
    one, two = MemoryStorage(), MemoryStorage()

    one.write("a", [b"x"])

    assert two.stat("a") is None


def test_the_content_type_is_kept():
    storage = MemoryStorage()

    storage.write("a", [b"x"], content_type="text/plain")

    assert storage.stat("a").content_type == "text/plain"


def test_old_files_are_listed_by_the_clock():
    now = [1000.0]
    storage = MemoryStorage(clock=lambda: now[0])
    storage.write("a", [b"x"])

    now[0] += 60

    assert [each.key for each in storage.list_files(older_than=60)] == ["a"]
    assert list(storage.list_files(older_than=61)) == []
