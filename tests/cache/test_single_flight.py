"""A value is made once at a time, whoever asks for it meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from carboy.cache.entry import VALUE, read_entry, write_entry
from carboy.cache.single_flight import LEASE, REFUSED, Flights, Ways
from carboy.cache.tolerant_store import TolerantStore
from carboy.stores import MemoryStore, pack

OLD = read_entry(write_entry(VALUE, pack("old")))


class Value:
    """A value under one key of a shared store, made as often as it is counted."""

    def __init__(self, store, *, is_kept=True):
        self.store = store
        self.is_kept = is_kept
        self.made = 0
        self.began = threading.Event()
        self.go = threading.Event()
        self.go.set()

    def find(self):
        data = self.store.get("key")
        return None if data is None else read_entry(data)

    def make(self):
        self.made += 1
        self.began.set()
        assert self.go.wait(10)
        if not self.is_kept:
            return self.made, None
        data = write_entry(VALUE, pack(self.made))
        self.store.set("key", data)
        return self.made, read_entry(data)

    def ways(self, stale=None):
        return Ways(self.find, self.make, lambda entry: entry.unpack(), stale)


@pytest.fixture
def store():
    return TolerantStore(MemoryStore())


def make_flights(store, *, wait=5, is_shared=True, **options):
    return Flights(store, wait=wait, is_shared=is_shared, **options)


def test_what_others_have_made_meanwhile_is_taken(store):
    value = Value(store)
    store.set("key", write_entry(VALUE, pack("theirs")))

    assert make_flights(store).share("key", value.ways()) == "theirs"
    assert value.made == 0


def test_those_who_come_later_wait(store):
    value, flights = Value(store), make_flights(store, is_shared=False)
    value.go.clear()
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(flights.share, "key", value.ways())
        assert value.began.wait(10)
        others = [pool.submit(flights.share, "key", value.ways()) for _ in range(3)]
        assert not any(other.done() for other in others)
        value.go.set()

        assert [f.result(10) for f in (first, *others)] == [1, 1, 1, 1]


def test_those_who_come_later_take_the_old_one(store):
    value, flights = Value(store), make_flights(store)
    value.go.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(flights.share, "key", value.ways(OLD))
        assert value.began.wait(10)

        assert flights.share("key", value.ways(OLD)) == "old"

        value.go.set()
        assert first.result(10) == 1


def test_another_process_takes_the_old_one_or_waits(store):
    value, here, there = Value(store), make_flights(store), make_flights(store)
    value.go.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(here.share, "key", value.ways())
        assert value.began.wait(10)

        assert there.share("key", value.ways(OLD)) == "old"

        second = pool.submit(there.share, "key", value.ways())
        value.go.set()
        assert (first.result(10), second.result(10)) == (1, 1)
    assert store.get("key:lease") is None


def test_a_maker_that_died_is_replaced(store):
    value = Value(store)
    store.add("key:lease", b"dead", LEASE)

    assert make_flights(store, wait=0.05).share("key", value.ways()) == 1


def test_an_error_reaches_its_maker_only(store):
    flights = make_flights(store)
    value = Value(store)

    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        flights.share("key", Ways(value.find, fail, lambda entry: entry.unpack()))

    assert store.get("key:lease") is None
    assert flights.share("key", value.ways()) == 1


def test_nobody_waits_for_what_is_not_for_others(store, clock):
    value = Value(store, is_kept=False)
    here = make_flights(store, now=clock)
    there = make_flights(store, now=clock)
    here.share("key", value.ways())

    assert store.get("key:lease") == REFUSED
    value.go.clear()
    with ThreadPoolExecutor(3) as pool:
        calls = [
            pool.submit(flights.share, "key", value.ways())
            for flights in (here, here, there)
        ]
        threading.Event().wait(0.1)
        value.go.set()
        for call in calls:
            call.result(10)

    assert value.made == 4


def test_a_function_that_calls_itself_does_not_wait_for_itself(store):
    flights, value = make_flights(store), Value(store)
    outer = Ways(
        value.find,
        lambda: (flights.share("key", value.ways()), None),
        lambda entry: entry.unpack(),
    )

    assert flights.share("key", outer) == 1


def test_without_waiting_each_makes_its_own(store):
    value, flights = Value(store), make_flights(store, wait=0)

    assert [flights.share("key", value.ways()) for _ in range(2)] == [1, 2]


def test_an_old_page_is_given_while_one_makes_the_new(sites, clock):
    app, cache = sites.make({"CACHE_STALE": 100}, clock=clock)
    calls, go, began = [], threading.Event(), threading.Event()
    go.set()

    @app.route("/")
    @cache.cached(50)
    def page():
        calls.append(1)
        began.set()
        assert go.wait(10)
        return str(len(calls))

    def get(_=None):
        return app.test_client().get("/").text

    assert [get(), get(), get()] == ["1", "1", "1"]
    clock.advance(60)
    go.clear()
    began.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(get)
        assert began.wait(10)
        assert [get(), get()] == ["1", "1"]
        go.set()
        assert first.result(10) == "2"
    assert [get(), get()] == ["2", "2"]
    clock.advance(151)
    assert get() == "3"


def test_an_old_result_is_given_while_one_makes_the_new(sites, clock):
    app, cache = sites.make(clock=clock)
    calls, go, began = [], threading.Event(), threading.Event()
    go.set()

    @cache.memoize(50, stale=100)
    def work():
        calls.append(1)
        began.set()
        assert go.wait(10)
        return len(calls)

    def ask():
        with app.app_context():
            return work()

    assert ask() == 1
    clock.advance(60)
    go.clear()
    began.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask)
        assert began.wait(10)
        assert ask() == 1
        go.set()
        assert first.result(10) == 2
    assert ask() == 2
