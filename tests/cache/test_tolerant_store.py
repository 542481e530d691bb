"""A cache that is away is empty: nobody waits for it, nobody sees an error."""

import contextlib
import logging
import socket
import threading
import time

import pytest

from carboy.cache.tolerant_store import MOST_OWED, TolerantStore
from carboy.errors import UnavailableError
from carboy.stores import MemoryStore, PrefixedStore

# What a request may take longer once it is known that the store is away. Nine of ten
# are looked at: on a busy machine some requests wait for a processor.
MOST_EXTRA = 0.05


class SwitchedStore(PrefixedStore):
    """A store in memory that a test takes away and gives back."""

    def __init__(self):
        self.is_here = True
        self.kept = MemoryStore()
        super().__init__(self.kept, "")

    @property
    def store(self):
        if not self.is_here:
            raise UnavailableError("It was switched off.")
        return self.kept

    @store.setter
    def store(self, _store):
        pass


@pytest.fixture
def inner():
    return SwitchedStore()


@pytest.fixture
def store(inner, clock):
    return TolerantStore(inner, root="cache:", now=clock)


def test_what_is_away_is_empty(inner, store):
    store.set("a", b"1")
    inner.is_here = False

    assert store.get("a") is None
    assert store.get_many(["a"]) == {}
    assert store.put("a", b"2") is False
    assert store.add("a", b"2") is False
    assert store.claim("a", b"2", 5) is True
    assert store.delete("a") is False
    assert store.delete_many(["b"]) == 0
    assert store.incr("n") == 0
    assert store.update("a", lambda _: b"3") is None
    assert store.expires_in("a") == 0
    assert store.purge_expired() == 0
    assert store.is_away
    store.clear("x")
    store.set("a", b"2")
    store.set_many({"a": b"2"})
    with pytest.raises(UnavailableError):
        store.ping()


def test_one_line_tells_of_an_outage(inner, store, clock, caplog):
    caplog.set_level(logging.INFO, "carboy.cache")
    inner.is_here = False
    for _ in range(100):
        store.get("a")
        clock.advance(0.5)

    assert caplog.text.count("The cache is away") == 1

    clock.advance(20)
    store.get("a")
    inner.is_here = True
    store.get("a")
    store.get("a")

    assert caplog.text.count("The cache is away") == 2
    assert caplog.text.count("answers again") == 1


def test_what_was_deleted_meanwhile_is_gone_when_the_store_is_back(inner, store):
    store.set_many({"a": b"1", "b": b"1", "c": b"1", "p/d": b"1"})
    inner.is_here = False
    store.delete("a")
    store.delete_many(["b"])
    store.clear("p/")
    inner.is_here = True

    assert store.get_many(["a", "b", "c", "p/d"]) == {"c": b"1"}


def test_after_too_many_deletions_everything_of_the_cache_is_gone(inner, store):
    store.set_many({"cache:a": b"1", "other": b"1"})
    inner.is_here = False
    for number in range(MOST_OWED + 1):
        store.delete(f"cache:{number}")
    inner.is_here = True

    assert store.get_many(["cache:a", "other"]) == {"other": b"1"}


@pytest.fixture
def served(sites, private_redis, count):
    """A site with a page, a result and a fragment, on a Redis of its own."""
    app, cache = sites.make({
        "CACHE_TYPE": "redis",
        "CACHE_REDIS_URL": private_redis.url,
    })

    @app.route("/")
    @cache.cached(50)
    def page():
        return f"page {count()} {part()}"

    @cache.memoize(50)
    def part():
        return count()

    return app, cache


def get_timed(client):
    began = time.monotonic()
    answer = client.get("/")
    assert answer.status_code == 200
    return time.monotonic() - began


def wait_for_hits(client):
    end = time.monotonic() + 2
    while time.monotonic() < end:
        if client.get("/").text == client.get("/").text:
            return
    raise AssertionError("The cache did not come back within 2 seconds.")


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_pages_are_made_while_redis_is_away(served, private_redis, how, caplog):
    app, cache = served
    client = app.test_client()
    assert client.get("/").text == client.get("/").text

    if how == "killed":
        private_redis.kill()
    else:
        private_redis.pause()
    first = get_timed(client)
    taken = sorted(get_timed(client) for _ in range(100))
    with app.app_context():
        assert cache.get("view//") is None
        assert cache.set("x", 1) is False
        assert cache.clear() is False

    assert first < 3
    assert taken[90] < MOST_EXTRA
    assert caplog.text.count("The cache is away") == 1
    assert "ERROR" not in caplog.text

    if how == "killed":
        private_redis.start()
    else:
        private_redis.resume()
    wait_for_hits(client)


def test_a_server_that_never_was_there(sites):
    with contextlib.closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        config = {"CACHE_TYPE": "redis", "CACHE_REDIS_PORT": port}
        app, cache = sites.make(config)
        app.add_url_rule("/", "page", cache.cached(50)(lambda: "page"))
        client = app.test_client()
        get_timed(client)

        assert sorted(get_timed(client) for _ in range(50))[45] < MOST_EXTRA


def test_threads_still_make_a_value_once_while_the_store_is_away(sites, inner):
    app, cache = sites.make()
    with app.app_context():
        service = cache.cache
    service.store.store, inner.is_here = inner, False
    service.find, service.flights._is_shared = service.store.get, True
    calls, barrier = [], threading.Barrier(4)

    @cache.memoize(50)
    def slow():
        calls.append(1)
        threading.Event().wait(0.2)
        return 1

    def ask():
        with app.app_context():
            barrier.wait()
            slow()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(calls) == 1
