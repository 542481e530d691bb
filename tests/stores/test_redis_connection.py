"""Replies belong to their request: on a server, behind Sentinel and in a cluster."""

import contextlib
import gc
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis.sentinel import Sentinel

from carboy.errors import UnavailableError
from carboy.stores import open_redis, open_store

from .test_contract import wait_until
from .test_database import answers


class AbortError(BaseException):
    """Raised into a thread whose request is aborted."""


# A request that is aborted while it connects leaves its socket to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_reply_of_an_aborted_request_is_never_read_by_the_next(fresh_redis):
    """S32 in short; `bench/sessions.py` aborts ten thousand requests."""
    store = open_store(fresh_redis)
    store.set_many({f"k{n}": b"v%d" % n for n in range(50)})

    line = 0
    while abort_at_line(line, lambda: store.get("k0")):
        line += 1
        number = line % 50
        assert store.get(f"k{number}") == b"v%d" % number

    assert line > 30
    store.close()
    gc.collect()


def abort_at_line(line, ask):
    """Raise at this line of the store or its driver; return whether it was reached."""
    left = line

    def trace(frame, event, _argument):
        nonlocal left
        path = frame.f_code.co_filename
        if "/carboy/stores/" in path or "/redis/" in path:
            left -= event == "line"
            if left < 0:
                raise AbortError
        return trace

    sys.settrace(trace)
    try:
        ask()
    except AbortError:
        return True
    finally:
        sys.settrace(None)
    return False


def test_a_connection_with_an_unread_reply_is_not_used_again(fresh_redis):
    store = open_store(fresh_redis)
    store.set("mine", b"mine")
    pool = store._connection._connection
    connection = pool._free[0]
    connection.send_command("ECHO", "somebody else's")
    wait_until(connection.can_read)

    assert store.get("mine") == b"mine"
    assert connection not in pool._free
    store.close()


def test_the_message_of_the_driver_is_part_of_one_sentence():
    store = open_store("redis://127.0.0.1:1/0")

    with pytest.raises(UnavailableError, match=r"refused\. It is probed") as caught:
        store.get("a")
    store.close()

    assert ".." not in str(caught.value)


def test_sentinel_connects_to_the_master_and_to_the_next_one(tmp_path):
    with run_redis(tmp_path) as second, run_sentinel(tmp_path) as port:
        with run_redis(tmp_path) as first:
            watch(port, first)
            store = open_store(f"redis+sentinel://127.0.0.1:{port}/master/0")
            store.set("key", b"first")
            assert ask(first, "GET", "key") == "first"

        with pytest.raises(UnavailableError):
            store.get("key")
        ask(port, "SENTINEL", "REMOVE", "master")
        watch(port, second)
        wait_until(lambda: answers(store), 5)
        store.set("key", b"second")

        assert ask(second, "GET", "key") == "second"
        store.close()


def test_a_cluster_stores_each_key_on_its_node(tmp_path):
    with run_cluster(tmp_path, 3) as ports:
        store = open_store(f"redis+cluster://127.0.0.1:{ports[0]}")
        wait_until(lambda: answers(store), 20)

        store.set_many({f"k{n}": b"%d" % n for n in range(60)}, ttl=60)

        assert len(store.get_many([f"k{n}" for n in range(60)])) == 60
        sizes = [int(ask(port, "DBSIZE")) for port in ports]
        assert min(sizes) > 0
        assert sum(sizes) == 60
        assert store.incr("count", ttl=50) == 1
        assert store.update("k1", lambda old: old + b"!") == b"1!"
        assert store.add("k1", b"no") is False
        assert store.delete_many(["k1", "k2"]) == 2
        store.clear("k")
        assert store.get_many([f"k{n}" for n in range(60)]) == {}
        assert store.get("count") == b"1"
        store.close()


@pytest.mark.parametrize(
    "url", ["rediss+sentinel://127.0.0.1:{}/master/0", "rediss+cluster://127.0.0.1:{}"]
)
def test_a_url_with_tls_never_connects_in_plain_text(url):
    """The first byte of a TLS handshake is 22; a plain command begins with `*`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        store = open_store(url.format(listener.getsockname()[1]))
        with ThreadPoolExecutor(1) as pool:
            request = pool.submit(answers, store)
            connection, _ = listener.accept()
            with connection:
                first = connection.recv(1)
            assert request.result() is False
        store.close()

    assert first == b"\x16"


def test_a_cluster_without_a_node_that_answers_is_unavailable():
    store = open_store("redis+cluster://127.0.0.1:1")

    for _ in range(2):
        with pytest.raises(UnavailableError, match="does not answer"):
            store.get("key")
    store.close()


def test_a_client_for_sentinel_has_our_time_outs_and_does_not_decode():
    sentinel = Sentinel([("127.0.0.1", 1)], decode_responses=True)
    store = open_redis(sentinel.master_for("master"))

    connection = store._connection._connection._make()

    assert connection.socket_timeout == 0.5
    assert connection.encoder.decode_responses is False
    store.close()


def ask(port, *words):
    command = ["redis-cli", "-p", str(port), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def watch(sentinel, master):
    ask(sentinel, "SENTINEL", "MONITOR", "master", "127.0.0.1", str(master), "1")


@contextlib.contextmanager
def run_redis(folder):
    port = free_port()
    options = ["--port", str(port), "--dir", str(folder), "--save", ""]
    with running("redis-server", *options):
        wait_until(lambda: is_up(port))
        yield port


@contextlib.contextmanager
def run_sentinel(folder):
    port = free_port()
    config = folder / "sentinel.conf"
    config.write_text(f"port {port}\n")
    with running("redis-server", str(config), "--sentinel"):
        wait_until(lambda: is_up(port))
        yield port


@contextlib.contextmanager
def run_cluster(folder, count):
    with contextlib.ExitStack() as stack:
        ports = [free_port() for _ in range(count)]
        for port in ports:
            home = folder / str(port)
            home.mkdir()
            options = ["--port", str(port), "--cluster-enabled", "yes"]
            stack.enter_context(
                running("redis-server", *options, "--dir", str(home), "--save", "")
            )
        wait_until(lambda: all(is_up(port) for port in ports))
        nodes = [f"127.0.0.1:{port}" for port in ports]
        subprocess.run(
            ["redis-cli", "--cluster", "create", *nodes, "--cluster-yes"],
            capture_output=True,
            check=True,
            timeout=30,
        )
        wait_until(
            lambda: all("cluster_state:ok" in ask(p, "CLUSTER", "INFO") for p in ports)
        )
        yield ports


@contextlib.contextmanager
def running(*command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def is_up(port):
    done = subprocess.run(
        ["redis-cli", "-p", str(port), "PING"], capture_output=True, check=False
    )
    return done.stdout.strip() == b"PONG"


def free_port():
    # The port of a cluster's own bus is 10,000 above.
    while True:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port: int = listener.getsockname()[1]
        if port < 55_000:
            return port


@pytest.fixture(autouse=True)
def _redis_is_here(redis_url):
    """Skip this module without Redis."""
