"""Redis may die, hang, restart or refuse: calls fail soon, clearly, and recover."""

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


def test_takes_a_client_and_does_not_decode(fresh_redis):
    client = redis.from_url(fresh_redis, decode_responses=True)
    store = open_redis(client)
    store.set("key", b"\xff")

    assert store.get("key") == b"\xff"
    assert store._connection._connection._make().socket_timeout == 0.5
    store.close()
    client.close()


def test_what_is_neither_is_refused_with_advice():
    with pytest.raises(Exception, match=r"neither a URL nor a client of redis-py"):
        open_redis(5)


def test_a_killed_server_is_told_at_once_and_used_when_back(private_redis, store):
    private_redis.kill()

    started = time.monotonic()
    for _ in range(50):
        with pytest.raises(UnavailableError, match=r"Redis at .* does not answer"):
            store.get("key")
    refused_in = time.monotonic() - started
    private_redis.start()
    back = time.monotonic()
    wait_until(lambda: answers(store), 2)

    assert refused_in < 1
    assert time.monotonic() - back < 2
    assert store.incr("count") == 1


def test_a_hanging_server_costs_one_time_out_and_then_nothing(private_redis, store):
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
    back = time.monotonic()
    wait_until(lambda: answers(store), 2)

    assert 0.4 < first < 1.5
    assert then < 0.05
    assert time.monotonic() - back < 2
    assert store.get("key") == b"value"


def test_threads_that_meet_a_hang_all_get_an_answer(private_redis, store):
    def ask(number):
        try:
            return store.get("key")
        except UnavailableError:
            return "unavailable"

    private_redis.pause()
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        answers_given = list(pool.map(ask, range(40)))
    took = time.monotonic() - started
    private_redis.resume()

    assert set(answers_given) == {"unavailable"}
    assert took < 3


def test_a_server_restarted_in_the_middle_of_a_load_loses_no_acknowledged_write(
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
    found = store.get_many([f"n{number}" for number in acknowledged])
    assert found == {f"n{number}": b"%d" % number for number in acknowledged}


def test_a_refusal_is_told_and_does_not_open_the_circuit(fresh_redis):
    client = redis.from_url(fresh_redis)
    client.lpush("list", "x")
    store = open_store(fresh_redis)

    with pytest.raises(RefusedByRedisError, match="WRONGTYPE"):
        store.get("list")
    store.set("key", b"1")

    assert store.get("key") == b"1"
    store.close()
    client.close()


def test_a_password_does_not_show():
    store = open_store("redis://user:hunter2@127.0.0.1:1/0")

    with pytest.raises(UnavailableError) as caught:
        store.get("key")
    store.close()

    assert "127.0.0.1:1/0" in str(caught.value)
    assert "hunter2" not in str(caught.value)
