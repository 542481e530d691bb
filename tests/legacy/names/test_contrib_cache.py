"""If this passes, werkzeug.contrib.cache keeps values without pickle."""

import pytest

from carboy.legacy.names.contrib_cache import (
    make_file,
    make_memcached,
    make_null,
    make_simple,
)
from carboy.stores import EncodeError


@pytest.fixture(params=["memory", "file", "memcached"])
def cache(request, tmp_path):
    makers = {
        "memory": make_simple,
        "file": lambda: make_file(str(tmp_path)),
        "memcached": lambda: make_memcached(["127.0.0.1:11211"]),
    }
    return makers[request.param]()


def test_values_are_kept(cache):
    assert cache.set("a", {"n": [1, "二"]})
    assert cache.get("a") == {"n": [1, "二"]}
    assert cache.add("a", 1) is False
    assert cache.has("a")
    cache.set_many({"b": 2, "c": 3}, timeout=0)
    assert cache.get_many("a", "b", "x") == [{"n": [1, "二"]}, 2, None]
    assert cache.get_dict("b", "c") == {"b": 2, "c": 3}
    assert cache.inc("n", 2) == 2
    assert cache.dec("n") == cache.get("n") == 1
    assert cache.delete_many("b", "c")
    assert not cache.delete("b")
    assert cache.clear()
    assert cache.get("a") is None


def test_what_only_pickle_could_keep_is_refused(cache):
    with pytest.raises(EncodeError):
        cache.set("a", object())


def test_the_null_cache_keeps_nothing():
    cache = make_null()
    cache.set("a", 1)

    assert cache.get("a") is None
