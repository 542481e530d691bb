"""Limits on attempts."""

import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from carboy.auth import ActionLimits, Limit, Throttle, ThrottledError
from carboy.stores import MemoryStore, open_store

LIMITS = ActionLimits(Limit(6, 60), Limit(8, 60), Limit(3, 60))


def _throttle() -> tuple[Throttle, list[float]]:
    clock = [1000.0]
    return Throttle(MemoryStore(clock=lambda: clock[0]), "login", LIMITS), clock


def test_the_limit_of_account_and_address_holds() -> None:
    throttle, _clock = _throttle()
    for _ in range(3):
        throttle.take("ada", "1.1.1.1")

    with pytest.raises(ThrottledError) as error:
        throttle.take("ada", "1.1.1.1")

    assert error.value.retry_after == 60
    throttle.take("ada", "1.1.1.2")


def test_the_limit_of_an_account_holds_from_everywhere() -> None:
    throttle, _clock = _throttle()
    for number in range(6):
        throttle.take("ada", f"1.1.1.{number}")

    with pytest.raises(ThrottledError):
        throttle.take("ada", "2.2.2.2")


def test_the_limit_of_an_address_holds_for_all_accounts() -> None:
    throttle, _clock = _throttle()
    for number in range(8):
        throttle.take(f"user{number}", "1.1.1.1")

    with pytest.raises(ThrottledError):
        throttle.take("somebody", "1.1.1.1")


def test_refused_attempts_do_not_extend_the_wait() -> None:
    throttle, clock = _throttle()
    for _ in range(3):
        throttle.take("ada", "1.1.1.1")
    clock[0] += 59
    for _ in range(10):
        with pytest.raises(ThrottledError):
            throttle.take("ada", "1.1.1.1")

    clock[0] += 2

    throttle.take("ada", "1.1.1.1")


def test_the_success_of_somebody_else_clears_nothing() -> None:
    throttle, _clock = _throttle()
    for number in range(7):
        throttle.take(f"user{number}", "1.1.1.1")
    throttle.take("attacker", "1.1.1.1").give_back()
    throttle.take("last", "1.1.1.1")

    with pytest.raises(ThrottledError):
        throttle.take("next", "1.1.1.1")


def _guess(url: str, passed: Any) -> None:
    throttle = Throttle(open_store(url), "login", LIMITS)
    for _ in range(5):
        try:
            throttle.take("ada", "1.1.1.1")
        except ThrottledError:
            continue
        with passed.get_lock():
            passed.value += 1


def test_eight_processes_share_one_limit(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    store = open_store(url)
    store.ping()
    store.close()
    context = multiprocessing.get_context("fork")
    passed = context.Value("i", 0)

    running = [context.Process(target=_guess, args=(url, passed)) for _ in range(8)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)

    assert [process.exitcode for process in running] == [0] * 8
    # A refusal gives its own count back, so it may be fewer at the limit, never more.
    assert 1 <= passed.value <= 3


class ExpiringStore(MemoryStore):
    """A store in which the window ends right before an attempt is given back."""

    def __init__(self, clock: list[float]) -> None:
        super().__init__(clock=lambda: clock[0])
        self.now = clock

    def incr(self, key: str, by: int = 1, ttl: float | None = None) -> int:
        if by < 0:
            self.delete(key)
        return super().incr(key, by, ttl)


def test_a_window_that_ends_during_a_give_back_leaves_no_spare_attempt() -> None:
    store = ExpiringStore([1000.0])
    attempt = Throttle(store, "login", LIMITS).take("ada", "1.1.1.1")

    attempt.give_back()

    assert [store.incr(key) for key, _window in attempt.taken] == [1, 1, 1]
