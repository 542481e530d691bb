"""Any string is a key in every store, and similar ones are distinct."""

import pytest


@pytest.mark.parametrize(
    "key",
    [
        "a b",
        "ключ",
        "a*?[b]\\",
        "k" * 600,
        "per%cent_",
        "",
        "new\nline",
        "😀" * 90,
        "nul\0",
        "lone \ud800",
        "k" * 5000,
    ],
)
def test_any_text_is_a_key(store, key):
    store.set(key, b"1")

    assert store.get(key) == b"1"
    assert store.get_many([key, "other"]) == {key: b"1"}
    assert store.update(key, lambda old: old + b"2") == b"12"
    assert store.delete(key)
    assert store.get(key) is None
    store.set(key, b"1")
    store.clear(key[:3])
    assert store.get(key) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("key", "KEY"), ("key", "key "), ("a", "á"), ("k" * 300, "k" * 301), ("ss", "ß")],
)
def test_similar_keys_are_distinct(store, one, other):
    store.set(one, b"one")

    assert store.get(other) is None

    store.set(other, b"other")

    assert store.get(one) == b"one"
    assert store.get_many([one, other]) == {one: b"one", other: b"other"}
