"""After a failure nobody waits, and the way opens again by itself."""

import threading

import pytest

from carboy.errors import UnavailableError
from carboy.stores.circuit_breaker import CircuitBreaker

from .test_contract import wait_until


@pytest.fixture
def service():
    return {"up": False, "asked": 0}


@pytest.fixture
def breaker(service):
    def probe():
        service["asked"] += 1
        if not service["up"]:
            raise ConnectionError("away")

    breaker = CircuitBreaker(probe, pause=0.005)
    yield breaker
    breaker.close()


def test_lets_calls_through_until_a_failure(breaker, service):
    breaker.check()

    assert not breaker.is_open
    assert service["asked"] == 0


def test_refuses_calls_after_a_failure_with_the_words_of_it(breaker):
    error = breaker.trip("Redis is away.")

    assert isinstance(error, UnavailableError)
    assert breaker.is_open
    with pytest.raises(UnavailableError, match=r"Redis is away\."):
        breaker.check()


def test_opens_again_when_a_probe_gets_an_answer(breaker, service):
    breaker.trip("Redis is away.")
    wait_until(lambda: service["asked"] >= 2)
    assert breaker.is_open

    service["up"] = True
    wait_until(lambda: not breaker.is_open)

    breaker.check()


def test_one_thread_asks_however_many_fail(breaker):
    before = threading.active_count()
    for _ in range(20):
        breaker.trip("Redis is away.")

    assert threading.active_count() <= before + 1


def test_asks_again_when_its_thread_is_gone(breaker, service):
    """As in the child of a fork, where only the forking thread lives on."""
    breaker.trip("Redis is away.")
    breaker.close()
    service["up"] = True

    with pytest.raises(UnavailableError):
        breaker.check()
    wait_until(lambda: not breaker.is_open)
