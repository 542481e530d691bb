"""A value is computed by one caller at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from carboy.cache.entry import VALUE, decode_entry, encode_entry
from carboy.cache.single_flight import LEASE_TTL, UNCACHEABLE, Callbacks, SingleFlight
from carboy.cache.tolerant_store import TolerantStore
from carboy.stores import MemoryStore, pack

OLD = decode_entry(encode_entry(VALUE, pack("old")))


class Value:
    """A value under one key of a shared store, with a count of its computations."""

    def __init__(self, store, *, is_kept=True):
        self.store = store
        self.is_kept = is_kept
        self.computed = 0
        self.started = threading.Event()
        self.may_finish = threading.Event()
        self.may_finish.set()

    def find(self):
        data = self.store.get("key")
        return None if data is None else decode_entry(data)

    def compute(self):
        self.computed += 1
        self.started.set()
        assert self.may_finish.wait(10)
        if not self.is_kept:
            return self.computed, None
        data = encode_entry(VALUE, pack(self.computed))
        self.store.set("key", data)
        return self.computed, decode_entry(data)

    def callbacks(self, stale=None):
        return Callbacks(
            self.find, self.compute, lambda entry: entry.unpack(), stale=stale
        )


@pytest.fixture
def store():
    return TolerantStore(MemoryStore())


def make_single_flight(store, *, wait=5, is_shared=True, **options):
    return SingleFlight(store, wait=wait, is_shared=is_shared, **options)


def test_an_entry_stored_meanwhile_is_used(store):
    value = Value(store)
    store.set("key", encode_entry(VALUE, pack("theirs")))

    assert make_single_flight(store).run("key", value.callbacks()) == "theirs"
    assert value.computed == 0


def test_later_callers_wait(store):
    value, single_flight = Value(store), make_single_flight(store, is_shared=False)
    value.may_finish.clear()
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(single_flight.run, "key", value.callbacks())
        assert value.started.wait(10)
        others = [
            pool.submit(single_flight.run, "key", value.callbacks()) for _ in range(3)
        ]
        assert not any(other.done() for other in others)
        value.may_finish.set()

        assert [f.result(10) for f in (first, *others)] == [1, 1, 1, 1]


def test_later_callers_take_the_stale_entry(store):
    value, single_flight = Value(store), make_single_flight(store)
    value.may_finish.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(single_flight.run, "key", value.callbacks(OLD))
        assert value.started.wait(10)

        assert single_flight.run("key", value.callbacks(OLD)) == "old"

        value.may_finish.set()
        assert first.result(10) == 1


def test_another_process_takes_the_stale_entry_or_waits(store):
    value, here, there = (
        Value(store),
        make_single_flight(store),
        make_single_flight(store),
    )
    value.may_finish.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(here.run, "key", value.callbacks())
        assert value.started.wait(10)

        assert there.run("key", value.callbacks(OLD)) == "old"

        second = pool.submit(there.run, "key", value.callbacks())
        value.may_finish.set()
        assert (first.result(10), second.result(10)) == (1, 1)
    assert store.get("key:lease") is None


def test_a_process_that_died_while_computing_is_replaced(store):
    value = Value(store)
    store.add("key:lease", b"dead", LEASE_TTL)

    assert make_single_flight(store, wait=0.05).run("key", value.callbacks()) == 1


def test_an_error_reaches_only_the_caller_that_computes(store):
    single_flight = make_single_flight(store)
    value = Value(store)

    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        single_flight.run(
            "key", Callbacks(value.find, fail, lambda entry: entry.unpack())
        )

    assert store.get("key:lease") is None
    assert single_flight.run("key", value.callbacks()) == 1


def test_nobody_waits_for_an_uncacheable_value(store, clock):
    value = Value(store, is_kept=False)
    here = make_single_flight(store, now=clock)
    there = make_single_flight(store, now=clock)
    here.run("key", value.callbacks())

    assert store.get("key:lease") == UNCACHEABLE
    value.may_finish.clear()
    with ThreadPoolExecutor(3) as pool:
        calls = [
            pool.submit(single_flight.run, "key", value.callbacks())
            for single_flight in (here, here, there)
        ]
        threading.Event().wait(0.1)
        value.may_finish.set()
        for call in calls:
            call.result(10)

    assert value.computed == 4


def test_a_function_that_calls_itself_does_not_wait_for_itself(store):
    single_flight, value = make_single_flight(store), Value(store)
    outer = Callbacks(
        value.find,
        lambda: (single_flight.run("key", value.callbacks()), None),
        lambda entry: entry.unpack(),
    )

    assert single_flight.run("key", outer) == 1


def test_without_waiting_each_caller_computes(store):
    value, single_flight = Value(store), make_single_flight(store, wait=0)

    assert [single_flight.run("key", value.callbacks()) for _ in range(2)] == [1, 2]


def test_a_stale_page_is_served_while_one_request_computes(sites, clock):
    app, cache = sites.make({"CACHE_STALE": 100}, clock=clock)
    calls, may_finish, started = [], threading.Event(), threading.Event()
    may_finish.set()

    @app.route("/")
    @cache.cached(50)
    def page():
        calls.append(1)
        started.set()
        assert may_finish.wait(10)
        return str(len(calls))

    def get(_=None):
        return app.test_client().get("/").text

    assert [get(), get(), get()] == ["1", "1", "1"]
    clock.advance(60)
    may_finish.clear()
    started.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(get)
        assert started.wait(10)
        assert [get(), get()] == ["1", "1"]
        may_finish.set()
        assert first.result(10) == "2"
    assert [get(), get()] == ["2", "2"]
    clock.advance(151)
    assert get() == "3"


def test_a_stale_result_is_returned_while_one_caller_computes(sites, clock):
    app, cache = sites.make(clock=clock)
    calls, may_finish, started = [], threading.Event(), threading.Event()
    may_finish.set()

    @cache.memoize(50, stale=100)
    def work():
        calls.append(1)
        started.set()
        assert may_finish.wait(10)
        return len(calls)

    def ask():
        with app.app_context():
            return work()

    assert ask() == 1
    clock.advance(60)
    may_finish.clear()
    started.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask)
        assert started.wait(10)
        assert ask() == 1
        may_finish.set()
        assert first.result(10) == 2
    assert ask() == 2


def test_a_caller_after_the_drop_of_a_tag_does_not_get_what_was_begun_before(sites):
    app, cache = sites.make()
    value, started, may_finish = ["old"], threading.Event(), threading.Event()

    @cache.memoize(50, tags=["posts"])
    def work():
        result = value[0]
        started.set()
        assert may_finish.wait(10)
        return result

    def ask():
        with app.app_context():
            return work()

    with ThreadPoolExecutor(2) as pool:
        before = pool.submit(ask)
        assert started.wait(10)
        value[0] = "new"
        with app.app_context():
            cache.drop_tag("posts")
        after = pool.submit(ask)
        threading.Event().wait(0.1)
        may_finish.set()

        assert (before.result(10), after.result(10)) == ("old", "new")
