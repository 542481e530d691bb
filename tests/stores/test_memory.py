"""The memory store respects its limit and purges expired entries."""

from carboy.stores import MemoryStore
from carboy.stores.memory import PURGE_EVERY


def test_the_oldest_entry_is_evicted_when_the_limit_is_reached():
    store = MemoryStore(limit=3)
    for name in "abcd":
        store.set(name, name.encode())

    assert sorted(store.get_many("abcd")) == ["b", "c", "d"]


def test_an_existing_key_evicts_nothing():
    store = MemoryStore(limit=2)
    store.set("a", b"1")
    store.set("b", b"1")
    store.set("b", b"2")

    assert store.get_many("ab") == {"a": b"1", "b": b"2"}


def test_expired_entries_are_purged_by_writes(clock):
    store = MemoryStore(clock=clock)
    for number in range(PURGE_EVERY - 1):
        store.set(f"old{number}", b"1", ttl=1)
    clock.advance(2)
    store.set("new", b"1")

    assert len(store._entries) == 1
