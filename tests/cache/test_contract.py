"""On every store the cache stores, returns, deletes and shares in the same way."""

import datetime
import decimal
import multiprocessing
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from markupsafe import Markup

from carboy import Carboy
from carboy.cache import Cache
from carboy.cache.make_service import cache_state

THREADS = 8


@pytest.fixture
def cache(sites, config):
    app, cache = sites.make(config)
    with app.app_context():
        yield cache


def test_get_returns_what_was_set(cache):
    assert cache.set("key", {"a": [1, 2]}, timeout=50) is True

    assert cache.get("key") == {"a": [1, 2]}
    assert cache.has("key")
    assert cache.get("other") is None
    assert not cache.has("other")


@pytest.mark.parametrize(
    "value",
    [
        None, True, 1, 2**80, 1.5, "text", b"bytes", (1, (2,)), [1, None], {1, 2},
        {1: "one", (2, 3): "more"}, Markup("<b>"), decimal.Decimal("1.10"),
        uuid.UUID(int=7), datetime.date(2026, 1, 2), datetime.timedelta(days=1),
        datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
    ],
    ids=repr,
)  # fmt: skip
def test_values_keep_their_type(cache, value):
    cache.set("key", value)

    cached_value = cache.get("key")

    assert cached_value == value
    assert type(cached_value) is type(value)


def test_changing_a_returned_value_does_not_change_the_cache(cache):
    cache.set("key", [1])
    cache.get("key").append(2)

    assert cache.get("key") == [1]


def test_a_value_that_cannot_be_encoded_is_reported(cache):
    with pytest.raises(TypeError, match="threading"):
        cache.set("key", threading.Event())

    assert cache.get("key") is None


def test_add_does_not_replace_a_value(cache):
    assert cache.add("key", 1) is True
    assert cache.add("key", 2) is False
    assert cache.get("key") == 1


def test_delete_returns_whether_the_key_existed(cache):
    cache.set("key", 1)

    assert cache.delete("key") is True
    assert cache.delete("key") is False
    assert cache.get("key") is None


def test_several_keys_in_one_call(cache):
    assert cache.set_many({"a": 1, "b": 2, "c": 3}, timeout=50) == ["a", "b", "c"]

    assert cache.get_many("a", "x", "c") == [1, None, 3]
    assert cache.get_dict("a", "x") == {"a": 1, "x": None}
    assert cache.delete_many("a", "x") == ["a"]
    assert cache.unlink("b") == ["b"]
    assert cache.get_many("a", "b", "c") == [None, None, 3]


def test_clear_keeps_the_keys_of_other_prefixes(sites, config):
    app, one = sites.make(config)
    with app.app_context():
        one.set("key", 1)
        one.set("tagged", 1, tags=["t"])
    other_app, other = sites.make(config | {"CACHE_KEY_PREFIX": "other:"})
    with other_app.app_context():
        other.set("key", 2)
    with app.app_context():
        assert one.clear() is True
        assert one.get_many("key", "tagged") == [None, None]
    with other_app.app_context():
        assert other.get("key") == 2


def test_dropping_a_tag_invalidates_everything_under_it(cache):
    cache.set("post/1", 1, tags=["posts", "post:1"])
    cache.set("post/2", 2, tags=["posts"])
    cache.set("user", 3)

    assert cache.drop_tag("post:1") is True
    assert cache.get_many("post/1", "post/2", "user") == [None, 2, 3]

    cache.drop_tag("posts")
    assert cache.get_many("post/1", "post/2", "user") == [None, None, 3]

    cache.set("post/1", 4, tags=["posts"])
    assert cache.get("post/1") == 4


def test_results_are_cached_for_each_set_of_arguments(cache, count):
    @cache.memoize(50)
    def add(a, b=2):
        return a, b, count()

    first = add(1)

    assert add(1, 2) == add(a=1, b=2) == add(b=2, a=1) == first
    assert {add(True), add(1.0), add("1"), add(b"1")}.isdisjoint({first})
    assert len({add(1), add(True), add(1.0), add("1"), add(b"1"), add((1,))}) == 6


def test_results_are_deleted_alone_or_together(cache, count):
    @cache.memoize(50)
    def work(a):
        return count()

    one, two = work(1), work(2)
    cache.delete_memoized(work, 1)

    assert work(2) == two
    assert work(1) != one

    cache.delete_memoized(work)

    assert work(2) != two


def test_a_result_computed_while_its_tag_is_dropped_is_not_served(cache, count):
    @cache.memoize(50, tags=["posts"])
    def work():
        cache.drop_tag("posts")
        return count()

    assert work() == 1
    assert work() == 2


def test_pages_are_cached(sites, config, count):
    app, cache = sites.make(config)

    @app.route("/<name>")
    @cache.cached(50)
    def page(name):
        return f"{name} {count()}"

    client = app.test_client()

    assert [client.get("/a").text, client.get("/a").text] == ["a 1", "a 1"]
    assert client.get("/b").text == "b 2"
    with app.app_context():
        assert cache.delete("view//a") is True
    assert client.get("/a").text == "a 3"


def test_threads_wait_for_the_one_that_computes(sites, config):
    app, cache = sites.make(config)
    calls, barrier = [], threading.Barrier(THREADS)

    @cache.memoize(50)
    def slow():
        calls.append(1)
        threading.Event().wait(0.2)
        return "computed"

    def ask(_):
        with app.app_context():
            barrier.wait()
            return slow()

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(ask, range(THREADS)))

    assert results == ["computed"] * THREADS
    assert len(calls) == 1


def _ask_in_a_process(config, folder, ready, start):
    app = Carboy("shop")
    cache = Cache(app, config=config)

    @cache.memoize(50)
    def slow(a):
        with (folder / "calls").open("a") as file:
            file.write("x")
        threading.Event().wait(0.5)
        return a

    def ask(_):
        with app.app_context():
            return slow(7)

    ready.release()
    start.wait(30)
    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(ask, range(THREADS))) == [7] * THREADS
    cache_state.of(app).close()


def test_processes_wait_for_the_one_that_computes(config, tmp_path):
    if config["CACHE_TYPE"] == "SimpleCache":
        pytest.skip("Memory is not shared by processes.")
    context = multiprocessing.get_context("spawn")
    ready, start = context.Semaphore(0), context.Event()
    arguments = (config, tmp_path, ready, start)
    workers = [
        context.Process(target=_ask_in_a_process, args=arguments) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for _ in workers:
        assert ready.acquire(timeout=60)
    start.set()
    for worker in workers:
        worker.join(60)

    assert [worker.exitcode for worker in workers] == [0, 0]
    assert (tmp_path / "calls").read_text() == "x"
