"""Every store behaves the same: values are stored by key until they expire."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from carboy.stores import NotACountError, PrefixedStore, open_store

THREADS = 8


def test_a_value_is_returned_as_it_was_set(store):
    store.set("key", b"value")

    assert store.get("key") == b"value"


def test_a_missing_key_is_none(store):
    assert store.get("nothing") is None


def test_the_last_value_replaces_the_first(store):
    store.set("key", b"first", ttl=50)
    store.set("key", b"second")

    assert store.get("key") == b"second"
    assert store.expires_in("key") == -1


@pytest.mark.parametrize(
    "value", [b"", b"\x00", bytes(range(256)), b"x" * 200_000], ids=len
)
def test_any_bytes_are_a_value(store, value):
    store.set("key", value)

    assert store.get("key") == value


def test_ten_megabytes_are_a_value(location):
    if location.kind == "mariadb":
        pytest.skip("max_allowed_packet of the server limits it")
    store, value = location.open(), bytes(range(250)) * 40_000

    store.set("key", value)

    assert store.update("key", lambda old: (old or b"")[1:]) == value[1:]
    assert store.get("key") == value[1:]


def test_add_does_not_replace_a_value(store):
    assert store.add("key", b"first", ttl=50) is True
    assert store.add("key", b"second") is False

    assert store.get("key") == b"first"
    assert 0 < store.expires_in("key") <= 50


def test_delete_returns_whether_the_key_existed(store):
    store.set("key", b"value")

    assert store.delete("key") is True
    assert store.delete("key") is False
    assert store.get("key") is None


def test_many_at_once(store):
    store.set_many({f"key{n}": b"%d" % n for n in range(20)}, ttl=60)

    values = store.get_many(["key1", "missing", "key19"])

    assert values == {"key1": b"1", "key19": b"19"}
    assert 0 < store.expires_in("key1") <= 60
    assert store.delete_many(["key1", "missing", "key2"]) == 2
    assert store.get_many(["key1", "key2", "key3"]) == {"key3": b"3"}


def test_many_of_none(store):
    store.set_many({})

    assert store.get_many([]) == {}
    assert store.delete_many([]) == 0


def test_a_count_is_incremented(store):
    assert store.incr("count") == 1
    assert store.incr("count", by=5) == 6
    assert store.incr("count", by=-2) == 4
    assert store.get("count") == b"4"


def test_the_expiry_of_a_count_starts_with_its_first_call(store):
    store.incr("count", ttl=50)
    store.incr("count", ttl=5000)
    store.incr("count")

    assert 0 < store.expires_in("count") <= 50


def test_a_value_that_is_no_count_is_not_incremented(store):
    store.set("key", b"text")

    with pytest.raises(NotACountError, match="value of 'key' is not a count"):
        store.incr("key")
    assert store.get("key") == b"text"


def test_update_receives_the_value_and_replaces_it(store):
    store.set("key", b"a")

    assert store.update("key", lambda old: (old or b"") + b"b", ttl=30) == b"ab"
    assert store.get("key") == b"ab"
    assert 0 < store.expires_in("key") <= 30


def test_update_creates_a_missing_key(store):
    assert store.update("key", lambda old: b"new" if old is None else old) == b"new"
    assert store.get("key") == b"new"


def test_update_deletes_a_key(store):
    store.set("key", b"a")

    assert store.update("key", lambda _: None) is None
    assert store.get("key") is None
    assert store.update("key", lambda _: None) is None
    assert store.get("key") is None


@pytest.mark.parametrize("current", [b"a", b"other", b"", None])
def test_compare_and_update_changes_the_current_value(store, current):
    if current is not None:
        store.set("key", current, ttl=60)

    def change(old: bytes | None) -> bytes | None:
        return None if old is None else old + b"b"

    value = store.compare_and_update("key", b"a", change, ttl=30)

    assert value == store.get("key") == change(current)
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


def test_expires_in_returns_the_seconds_left(store):
    store.set("for ever", b"1")
    store.set("a minute", b"1", ttl=60)

    assert store.expires_in("for ever") == -1
    assert 58 <= store.expires_in("a minute") <= 60
    assert store.expires_in("never there") == 0


def test_entries_expire_by_the_real_clock(store):
    store.set("key", b"1", ttl=0.2)
    store.incr("count", ttl=0.2)
    store.add("added", b"1", ttl=0.2)

    wait_until(lambda: not store.get_many(["key", "count", "added"]))

    assert store.get("key") is None
    assert store.incr("count") == 1
    assert store.add("added", b"2") is True


def test_entries_expire_by_the_clock_of_the_test(clocked, clock):
    clocked.set("key", b"1", ttl=60)
    clock.advance(59)
    assert clocked.get("key") == b"1"
    assert clocked.expires_in("key") == 1

    clock.advance(1)

    assert clocked.get("key") is None
    assert clocked.get_many(["key"]) == {}
    assert clocked.expires_in("key") == 0
    assert clocked.delete("key") is False


def test_an_expired_key_can_be_set_again(clocked, clock):
    clocked.set("key", b"old", ttl=1)
    clocked.incr("count", by=7, ttl=1)
    clock.advance(1)

    assert clocked.add("key", b"new") is True
    assert clocked.incr("count", ttl=10) == 1
    assert clocked.update("other", lambda old: b"none" if old is None else old)
    assert clocked.expires_in("count") == 10


def test_purge_expired_deletes_expired_entries_only(clocked, clock):
    clocked.set_many({f"old{n}": b"1" for n in range(29)}, ttl=10)
    clocked.set("k" * 5000, b"1", ttl=10)
    clocked.set("young", b"1", ttl=100)
    clocked.set("for ever", b"1")
    clock.advance(20)

    assert clocked.purge_expired() == 30
    assert clocked.purge_expired() == 0
    assert set(clocked.get_many(["young", "for ever"])) == {"young", "for ever"}


def test_a_ttl_that_is_not_positive_is_refused(store):
    for ttl in (0, -1):
        with pytest.raises(ValueError, match="ttl must be above 0 seconds, got"):
            store.set("key", b"1", ttl=ttl)


def test_clear_deletes_all(store):
    store.set_many({"a": b"1", "b": b"2"})

    store.clear()

    assert store.get_many(["a", "b"]) == {}


def test_clear_deletes_the_keys_that_begin_with_the_prefix(store):
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


def test_processes_share_a_store(location):
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
    """The work of each of two processes on the same store."""
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


def wait_until(is_done, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < deadline, "It did not happen in time."
