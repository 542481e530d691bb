"""Redis may die, hang, restart or refuse: calls fail early, and work again later."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from carboy.errors import UnavailableError
from carboy.stores import open_redis, open_store
from carboy.stores.redis import RefusedByRedisError

from .test_contract import wait_until
from .test_database import answers


@pytest.fixture
def store(private_redis):
    store = open_store(private_redis.url)
    store.set("key", b"value")
    yield store
    store.close()


def test_a_client_is_accepted_and_replies_are_not_decoded(fresh_redis):
    client = redis.from_url(fresh_redis, decode_responses=True)
    store = open_redis(client)
    store.set("key", b"\xff")

    assert store.get("key") == b"\xff"
    assert store._connection._connection._make().socket_timeout == 0.5
    store.close()
    client.close()


def test_options_of_a_url_change_the_time_outs_but_not_the_type_of_values(fresh_redis):
    store = open_store(f"{fresh_redis}?decode_responses=true&socket_timeout=9")
    store.set("key", b"\xff")

    assert store.get("key") == b"\xff"
    connection = store._connection._connection._make()
    assert connection.socket_timeout == 9
    assert connection.socket_connect_timeout == 0.5
    store.close()


def test_another_object_is_refused_with_advice():
    with pytest.raises(Exception, match=r"neither a URL nor a redis-py client"):
        open_redis(5)


def test_a_killed_server_is_reported_at_once_and_used_again(private_redis, store):
    private_redis.kill()

    started = time.monotonic()
    for _ in range(50):
        with pytest.raises(UnavailableError, match=r"Redis at .* does not answer"):
            store.get("key")
    refused_in = time.monotonic() - started
    private_redis.start()
    restarted = time.monotonic()
    wait_until(lambda: answers(store), 2)

    assert refused_in < 1
    assert time.monotonic() - restarted < 2
    assert store.incr("count") == 1


def test_a_hanging_server_costs_one_time_out(private_redis, store):
    private_redis.pause()

    started = time.monotonic()
    with pytest.raises(UnavailableError, match="Timeout"):
        store.get("key")
    first = time.monotonic() - started
    started = time.monotonic()
    for _ in range(20):
        with pytest.raises(UnavailableError):
            store.get("key")
    then = (time.monotonic() - started) / 20
    private_redis.resume()
    restarted = time.monotonic()
    wait_until(lambda: answers(store), 2)

    assert 0.4 < first < 1.5
    assert then < 0.05
    assert time.monotonic() - restarted < 2
    assert store.get("key") == b"value"


def test_threads_of_a_hanging_server_all_return(private_redis, store):
    def ask(number):
        try:
            return store.get("key")
        except UnavailableError:
            return "unavailable"

    private_redis.pause()
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(ask, range(40)))
    took = time.monotonic() - started
    private_redis.resume()

    assert set(results) == {"unavailable"}
    assert took < 3


def test_a_server_restarted_under_load_loses_no_acknowledged_write(
    private_redis, store
):
    acknowledged = []

    def write(number):
        try:
            store.set(f"n{number}", b"%d" % number)
        except UnavailableError:
            return
        acknowledged.append(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(300)))
        private_redis.restart()
        list(pool.map(write, range(300, 600)))
    wait_until(lambda: answers(store), 2)

    assert len(acknowledged) >= 300
    values = store.get_many([f"n{number}" for number in acknowledged])
    assert values == {f"n{number}": b"%d" % number for number in acknowledged}


def test_a_refusal_is_reported_and_does_not_open_the_circuit(fresh_redis):
    client = redis.from_url(fresh_redis)
    client.lpush("list", "x")
    store = open_store(fresh_redis)

    with pytest.raises(RefusedByRedisError, match="WRONGTYPE"):
        store.get("list")
    store.set("key", b"1")

    assert store.get("key") == b"1"
    store.close()
    client.close()


def test_a_forbidden_scan_is_a_refusal_too(fresh_redis):
    client = redis.from_url(fresh_redis)
    client.acl_setuser(
        "clerk", enabled=True, passwords=["+x"], keys="*", commands=["+@all", "-scan"]
    )
    location = fresh_redis.rpartition("@")[2].removeprefix("redis://")
    store = open_store(f"redis://clerk:x@{location}")

    with pytest.raises(RefusedByRedisError, match="no permissions"):
        store.clear("a")
    store.close()
    client.acl_deluser("clerk")
    client.close()


def test_an_error_does_not_contain_the_password():
    store = open_store("redis://user:hunter2@127.0.0.1:1/0")

    with pytest.raises(UnavailableError) as caught:
        store.get("key")
    store.close()

    assert "127.0.0.1:1/0" in str(caught.value)
    assert "hunter2" not in str(caught.value)
