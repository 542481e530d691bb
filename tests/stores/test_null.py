"""The null store is always empty."""

from carboy.stores.null import NullStore


def test_nothing_is_stored():
    store = NullStore()
    store.set("key", b"1")
    store.clear()

    assert store.add("key", b"1") is True
    assert store.get("key") is None
    assert store.delete("key") is False
    assert store.incr("key", 2) == 2
    assert store.update("key", lambda old: b"new" if old is None else None) == b"new"
    assert store.expires_in("key") == 0
