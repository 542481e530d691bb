"""Every store does the same: what is put is there, alone, and for its time."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from carboy.stores import NotACountError, PrefixedStore, open_store

THREADS = 8


def test_gives_what_was_put(store):
    store.set("key", b"value")

    assert store.get("key") == b"value"


def test_gives_none_for_what_is_not_there(store):
    assert store.get("nothing") is None


def test_the_last_value_stays(store):
    store.set("key", b"first", ttl=50)
    store.set("key", b"second")

    assert store.get("key") == b"second"
    assert store.expires_in("key") == -1


@pytest.mark.parametrize(
    "value", [b"", b"\x00", bytes(range(256)), b"x" * 200_000], ids=len
)
def test_any_bytes_come_back(store, value):
    store.set("key", value)

    assert store.get("key") == value


@pytest.mark.parametrize(
    "key",
    ["a b", "ключ", "a*?[b]\\", "k" * 600, "per%cent_", "", "new\nline", "😀" * 90],
)
def test_any_text_is_a_key(store, key):
    store.set(key, b"1")

    assert store.get(key) == b"1"
    assert store.delete(key)
    assert store.get(key) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("key", "KEY"), ("key", "key "), ("a", "á"), ("k" * 300, "k" * 301), ("ss", "ß")],
)
def test_similar_keys_are_different(store, one, other):
    store.set(one, b"one")

    assert store.get(other) is None

    store.set(other, b"other")

    assert store.get(one) == b"one"
    assert store.get_many([one, other]) == {one: b"one", other: b"other"}


def test_add_keeps_what_is_there(store):
    assert store.add("key", b"first", ttl=50) is True
    assert store.add("key", b"second") is False

    assert store.get("key") == b"first"
    assert 0 < store.expires_in("key") <= 50


def test_delete_tells_whether_something_was_there(store):
    store.set("key", b"value")

    assert store.delete("key") is True
    assert store.delete("key") is False
    assert store.get("key") is None


def test_many_at_once(store):
    store.set_many({f"key{n}": b"%d" % n for n in range(20)}, ttl=60)

    found = store.get_many(["key1", "missing", "key19"])

    assert found == {"key1": b"1", "key19": b"19"}
    assert 0 < store.expires_in("key1") <= 60
    assert store.delete_many(["key1", "missing", "key2"]) == 2
    assert store.get_many(["key1", "key2", "key3"]) == {"key3": b"3"}


def test_many_of_none(store):
    store.set_many({})

    assert store.get_many([]) == {}
    assert store.delete_many([]) == 0


def test_counts(store):
    assert store.incr("count") == 1
    assert store.incr("count", by=5) == 6
    assert store.incr("count", by=-2) == 4
    assert store.get("count") == b"4"


def test_the_time_of_a_count_runs_from_its_first_call(store):
    store.incr("count", ttl=50)
    store.incr("count", ttl=5000)
    store.incr("count")

    assert 0 < store.expires_in("count") <= 50


def test_what_is_no_count_is_not_counted_up(store):
    store.set("key", b"text")

    with pytest.raises(NotACountError, match="'key' holds something else"):
        store.incr("key")
    assert store.get("key") == b"text"


def test_update_sees_what_is_there_and_replaces_it(store):
    store.set("key", b"a")

    assert store.update("key", lambda old: (old or b"") + b"b", ttl=30) == b"ab"
    assert store.get("key") == b"ab"
    assert 0 < store.expires_in("key") <= 30


def test_update_makes_what_was_not_there(store):
    assert store.update("key", lambda old: b"new" if old is None else old) == b"new"
    assert store.get("key") == b"new"


def test_update_takes_away_or_leaves_nothing(store):
    store.set("key", b"a")

    assert store.update("key", lambda _: None) is None
    assert store.get("key") is None
    assert store.update("key", lambda _: None) is None
    assert store.get("key") is None


@pytest.mark.parametrize("there", [b"a", b"other", None])
def test_who_has_seen_a_value_changes_what_is_there_now(store, there):
    if there is not None:
        store.set("key", there, ttl=60)

    def change(old: bytes | None) -> bytes | None:
        return None if old is None else old + b"b"

    made = store.compare_and_update("key", b"a", change, ttl=30)

    assert made == store.get("key") == change(there)
    part = PrefixedStore(store, "part:")
    part.set("key", b"1")
    assert part.compare_and_update("key", b"1", change) == b"1b"
    assert store.get("part:key") == b"1b"


def test_an_error_inside_an_update_changes_nothing(store):
    store.set("key", b"a")

    def fail(_):
        raise LookupError("inside")

    with pytest.raises(LookupError, match="inside"):
        store.update("key", fail)
    assert store.get("key") == b"a"
    assert store.update("key", lambda old: old + b"b") == b"ab"


def test_expires_in_tells_what_is_left(store):
    store.set("for ever", b"1")
    store.set("a minute", b"1", ttl=60)

    assert store.expires_in("for ever") == -1
    assert 58 <= store.expires_in("a minute") <= 60
    assert store.expires_in("never there") == 0


def test_what_expires_is_gone_by_a_real_clock(store):
    store.set("key", b"1", ttl=0.2)
    store.incr("count", ttl=0.2)
    store.add("added", b"1", ttl=0.2)

    wait_until(lambda: not store.get_many(["key", "count", "added"]))

    assert store.get("key") is None
    assert store.incr("count") == 1
    assert store.add("added", b"2") is True


def test_what_expires_is_gone_by_a_moved_clock(clocked, clock):
    clocked.set("key", b"1", ttl=60)
    clock.advance(59)
    assert clocked.get("key") == b"1"
    assert clocked.expires_in("key") == 1

    clock.advance(1)

    assert clocked.get("key") is None
    assert clocked.get_many(["key"]) == {}
    assert clocked.expires_in("key") == 0
    assert clocked.delete("key") is False


def test_what_has_expired_can_be_put_anew(clocked, clock):
    clocked.set("key", b"old", ttl=1)
    clocked.incr("count", by=7, ttl=1)
    clock.advance(1)

    assert clocked.add("key", b"new") is True
    assert clocked.incr("count", ttl=10) == 1
    assert clocked.update("other", lambda old: b"none" if old is None else old)
    assert clocked.expires_in("count") == 10


def test_sweep_drops_what_has_expired_and_nothing_else(clocked, clock):
    clocked.set_many({f"old{n}": b"1" for n in range(30)}, ttl=10)
    clocked.set("young", b"1", ttl=100)
    clocked.set("for ever", b"1")
    clock.advance(20)

    assert clocked.purge_expired() == 30
    assert clocked.purge_expired() == 0
    assert set(clocked.get_many(["young", "for ever"])) == {"young", "for ever"}


def test_a_time_that_is_over_is_refused(store):
    for ttl in (0, -1):
        with pytest.raises(ValueError, match="ttl must be above 0 seconds, got"):
            store.set("key", b"1", ttl=ttl)


def test_clear_takes_all(store):
    store.set_many({"a": b"1", "b": b"2"})

    store.clear()

    assert store.get_many(["a", "b"]) == {}


def test_clear_takes_what_begins_with_the_prefix_literally(store):
    store.set_many({"a_b:1": b"1", "axb:1": b"2", "A_B:1": b"3", "a_b": b"4"})

    store.clear("a_b:")

    assert set(store.get_many(["a_b:1", "axb:1", "A_B:1", "a_b"])) == {
        "axb:1",
        "A_B:1",
        "a_b",
    }


def test_a_part_of_a_store_is_a_store_of_its_own(store):
    part = PrefixedStore(store, "part:")
    store.set("key", b"outside")
    part.set_many({"key": b"inside", "other": b"x"}, ttl=60)

    assert part.get("key") == b"inside"
    assert part.get_many(["key", "none"]) == {"key": b"inside"}
    assert part.incr("count") == 1
    assert part.add("key", b"no") is False
    assert part.update("key", lambda old: old + b"!", ttl=5) == b"inside!"
    assert 0 < part.expires_in("key") <= 5
    assert part.delete_many(["other"]) == 1
    part.ping()

    part.clear()

    assert part.get("key") is None
    assert part.delete("key") is False
    assert store.get("key") == b"outside"
    assert part.purge_expired() == 0


def test_threads_count_without_losing_one(store):
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: store.incr("count", ttl=600), range(200)))

    assert store.get("count") == b"200"


def test_only_one_thread_adds(store):
    with ThreadPoolExecutor(THREADS) as pool:
        added = list(pool.map(lambda n: store.add("key", b"%d" % n), range(80)))

    assert added.count(True) == 1
    assert store.get("key") == b"%d" % added.index(True)


def test_threads_update_without_losing_a_change(store):
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda n: store.update("key", put(n), ttl=600), range(80)))

    assert sorted(store.get("key").split(b",")[1:]) == sorted(
        b"%d" % n for n in range(80)
    )


def test_a_reader_never_sees_half_a_value(store):
    values = [bytes([n]) * 50_000 for n in range(4)]
    store.set("key", values[0])

    with ThreadPoolExecutor(THREADS) as pool:
        writes = [pool.submit(store.set, "key", values[n % 4]) for n in range(60)]
        reads = [pool.submit(store.get, "key") for _ in range(120)]

    assert all(write.result() is None for write in writes)
    assert {read.result() for read in reads} <= set(values)


def test_processes_share_what_is_there(location):
    if location.kind == "memory":
        pytest.skip("the memory store is for one process")
    store = location.open()
    store.set("from here", b"1")
    context = multiprocessing.get_context("spawn")

    workers = [context.Process(target=work, args=(location.url, n)) for n in (1, 2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert [worker.exitcode for worker in workers] == [0, 0]
    assert store.get("count") == b"100"
    assert len(store.get("list").split(b",")) == 101
    assert [store.get("added by 1"), store.get("added by 2")].count(b"1") == 1


def test_a_fork_does_not_share_connections(location):
    if location.kind in {"memory", "sqlite", "postgresql", "mariadb"}:
        pytest.skip("SQLAlchemy documents to dispose an engine after a fork")
    store = location.open()
    store.set("key", b"parent")
    worker = multiprocessing.get_context("fork").Process(
        target=after_fork, args=(store,)
    )
    worker.start()

    seen = {store.get("key") for _ in range(200)}
    worker.join(60)

    assert worker.exitcode == 0
    assert seen == {b"parent"}


def work(url: str, number: int) -> None:
    """What each of two processes does with the same store."""
    store = open_store(url)
    assert store.get("from here") == b"1"
    store.set(f"added by {number}", b"%d" % store.add("only one", b"1"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.incr("count", ttl=600), range(50)))
        list(pool.map(lambda n: store.update("list", put(n)), range(50)))
    store.close()


def after_fork(store) -> None:
    for _ in range(200):
        assert store.get("key") == b"parent"
        assert store.get("other") is None


def put(number: int):
    return lambda old: (old or b"") + b",%d" % number


def wait_until(done, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "It did not happen in time."
