"""An unavailable cache is an empty one: nobody waits for it, nobody sees an error."""

import contextlib
import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from carboy.cache.tolerant_store import MAX_PENDING, TolerantStore
from carboy.errors import UnavailableError
from carboy.stores import MemoryStore, PrefixedStore

# What a request may take longer once it is known that the store is away. Nine of ten
# are looked at: on a busy machine some requests wait for a processor.
MOST_EXTRA = 0.05


class SwitchedStore(PrefixedStore):
    """A store in memory that a test makes unavailable and available again."""

    def __init__(self):
        self.is_here = True
        self.memory = MemoryStore()
        super().__init__(self.memory, "")

    @property
    def store(self):
        if not self.is_here:
            raise UnavailableError("It was switched off.")
        return self.memory

    @store.setter
    def store(self, _store):
        pass


@pytest.fixture
def inner():
    return SwitchedStore()


@pytest.fixture
def store(inner, clock):
    return TolerantStore(inner, root="cache:", now=clock)


def test_an_unavailable_store_behaves_as_an_empty_one(inner, store):
    store.set("a", b"1")
    inner.is_here = False

    assert store.get("a") is None
    assert store.get_many(["a"]) == {}
    assert store.put("a", b"2") is False
    assert store.add("a", b"2") is False
    assert store.acquire("a", b"2", 5) is True
    assert store.delete("a") is False
    assert store.delete_many(["b"]) == 0
    assert store.incr("n") == 0
    assert store.update("a", lambda _: b"3") is None
    assert store.expires_in("a") == 0
    assert store.purge_expired() == 0
    assert store.is_unavailable
    store.clear("x")
    store.set("a", b"2")
    store.set_many({"a": b"2"})
    with pytest.raises(UnavailableError):
        store.ping()


def test_an_outage_is_logged_once_a_minute(inner, store, clock, caplog):
    caplog.set_level(logging.INFO, "carboy.cache")
    inner.is_here = False
    for _ in range(100):
        store.get("a")
        clock.advance(0.5)

    assert caplog.text.count("The cache store is unavailable") == 1

    clock.advance(20)
    store.get("a")
    inner.is_here = True
    store.get("a")
    store.get("a")

    assert caplog.text.count("The cache store is unavailable") == 2
    assert caplog.text.count("is available again") == 1


def test_deletions_during_an_outage_are_replayed(inner, store):
    store.set_many({"a": b"1", "b": b"1", "c": b"1", "p/d": b"1"})
    inner.is_here = False
    store.delete("a")
    store.delete_many(["b"])
    store.clear("p/")
    inner.is_here = True

    assert store.get_many(["a", "b", "c", "p/d"]) == {"c": b"1"}


def test_after_too_many_deletions_the_whole_cache_is_cleared(inner, store):
    store.set_many({"cache:a": b"1", "other": b"1"})
    inner.is_here = False
    for number in range(MAX_PENDING + 1):
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
        # A loop in the process itself, which releases the interpreter's lock for
        # microseconds only, can keep the thread that probes from ever getting it.
        time.sleep(0.005)
    raise AssertionError("The cache did not come back within 2 seconds.")


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_pages_are_computed_while_redis_is_unavailable(
    served, private_redis, how, caplog
):
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
    assert caplog.text.count("The cache store is unavailable") == 1
    assert "ERROR" not in caplog.text

    if how == "killed":
        private_redis.start()
    else:
        private_redis.resume()
    wait_for_hits(client)


def test_a_server_that_never_answered(sites):
    with contextlib.closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        config = {"CACHE_TYPE": "redis", "CACHE_REDIS_PORT": port}
        app, cache = sites.make(config)
        app.add_url_rule("/", "page", cache.cached(50)(lambda: "page"))
        client = app.test_client()
        get_timed(client)

        assert sorted(get_timed(client) for _ in range(50))[45] < MOST_EXTRA


def test_threads_compute_a_value_once_while_the_store_is_unavailable(sites, inner):
    app, cache = sites.make()
    with app.app_context():
        service = cache.cache
    service.store.store, inner.is_here = inner, False
    service.fetch, service.single_flight._is_shared = service.store.get, True
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


def test_nobody_reads_a_deleted_value_while_deletions_are_replayed(inner, store):
    started, may_finish = threading.Event(), threading.Event()
    delete_many = inner.memory.delete_many

    def delete_slowly(keys):
        if not started.is_set():
            started.set()
            assert may_finish.wait(10)
        return delete_many(keys)

    store.set("a", b"1")
    inner.is_here = False
    store.delete("a")
    inner.is_here, inner.memory.delete_many = True, delete_slowly
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(store.get, "b")
        assert started.wait(10)

        assert store.get("a") is None

        may_finish.set()
        assert first.result(10) is None
