"""After a failure calls fail at once, until a background probe succeeds."""

import threading

import pytest

from carboy.errors import UnavailableError
from carboy.stores.circuit_breaker import CircuitBreaker

from .test_contract import wait_until


@pytest.fixture
def service():
    return {"up": False, "probes": 0}


@pytest.fixture
def breaker(service):
    def probe():
        service["probes"] += 1
        if not service["up"]:
            raise ConnectionError("down")

    breaker = CircuitBreaker(probe, pause=0.005)
    yield breaker
    breaker.close()


def test_calls_pass_until_a_failure(breaker, service):
    breaker.check()

    assert not breaker.is_open
    assert service["probes"] == 0


def test_calls_after_a_failure_are_refused_with_its_message(breaker):
    error = breaker.trip("Redis is down.")

    assert isinstance(error, UnavailableError)
    assert breaker.is_open
    with pytest.raises(UnavailableError, match=r"Redis is down\."):
        breaker.check()


def test_calls_pass_again_when_a_probe_succeeds(breaker, service):
    breaker.trip("Redis is down.")
    wait_until(lambda: service["probes"] >= 2)
    assert breaker.is_open

    service["up"] = True
    wait_until(lambda: not breaker.is_open)

    breaker.check()


def test_many_failures_start_one_probing_thread(breaker):
    before = threading.active_count()
    for _ in range(20):
        breaker.trip("Redis is down.")

    assert threading.active_count() <= before + 1


def test_a_lost_probing_thread_is_started_again(breaker, service):
    """As in the child of a fork, where only the forking thread lives on."""
    breaker.trip("Redis is down.")
    breaker.close()
    service["up"] = True

    with pytest.raises(UnavailableError):
        breaker.check()
    wait_until(lambda: not breaker.is_open)
