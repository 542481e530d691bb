"""All runs that match are retried or cancelled once, whatever happens meanwhile."""

import random
from typing import Any

import pytest

from carboy.db import SQLAlchemy
from carboy.tasks import Tasks, operations
from carboy.tasks.all_runs import ALL_RUNS_TASK, start_for_all
from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.runs import Filter
from carboy.tasks.ledger.tables import CANCELLED, DONE, FAILED, WAITING

from .conftest import MakeSite


@pytest.fixture(params=["file", "postgresql", "mariadb"])
def site(
    request: pytest.FixtureRequest, tasks: Tasks, make_site: MakeSite
) -> TasksState:
    if request.param == "file":
        return make_site(tasks)
    url = request.getfixturevalue(f"fresh_{request.param}")
    return make_site(tasks, SQLAlchemy(), DATABASE_URL=url)


@pytest.fixture
def work(tasks: Tasks, site: TasksState) -> dict[str, Any]:
    """A task that fails until it is told not to, and how often each number ran."""
    known: dict[str, Any] = {"fails": True, "runs": {}}

    @tasks.task(name="shop.charge")
    def charge(number: int) -> None:
        known["runs"][number] = known["runs"].get(number, 0) + 1
        if known["fails"]:
            raise ValueError("The bank is closed." if number % 2 else "Declined.")

    known["charge"] = charge
    return known


def states(site: TasksState) -> dict[str, int]:
    counts = site.runs.count_by_state()
    return {name: number for name, number in counts.items() if number}


def test_all_that_match_are_retried_and_nothing_else(
    tasks: Tasks, site: TasksState, work: dict[str, Any]
) -> None:
    with site.app.app_context():
        for number in range(20):
            work["charge"].delay(number)
        tasks.drain()
        assert states(site) == {FAILED: 20}
        work["fails"] = False

        result = start_for_all(site, Filter(state=FAILED, search="bank is closed"))
        tasks.drain()

        assert result.result == {"runs": 10}
        assert states(site) == {FAILED: 10, DONE: 11}
        assert {n for n, times in work["runs"].items() if times == 2} == {
            *range(1, 20, 2)
        }


def test_what_fails_again_is_not_retried_again(
    tasks: Tasks, site: TasksState, work: dict[str, Any]
) -> None:
    with site.app.app_context():
        for number in range(5):
            work["charge"].delay(number)
        tasks.drain()

        start_for_all(site, Filter(state=FAILED))
        tasks.drain()

        assert {*work["runs"].values()} == {2}


def test_all_that_wait_are_cancelled_but_not_the_task_itself(
    tasks: Tasks, site: TasksState, work: dict[str, Any]
) -> None:
    with site.app.app_context():
        for number in range(5):
            work["charge"].apply_async((number,), countdown=3600)

        result = start_for_all(site, Filter(state=WAITING))
        tasks.drain()

        assert result.result == {"runs": 5}
        assert states(site) == {CANCELLED: 5, DONE: 1}
        assert work["runs"] == {}


def test_an_attempt_that_dies_anywhere_leaves_each_run_retried_once(
    tasks: Tasks,
    site: TasksState,
    work: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each batch is one transaction with its position, and the next attempt goes on."""
    seed = random.randrange(10**6)
    randomness = random.Random(seed)
    monkeypatch.setattr("carboy.tasks.all_runs._BATCH", 3)
    real, calls = operations.retry_many, 0

    def retry_many(ledger: Any, live: Any, ids: Any, save: Any = None) -> list[str]:
        nonlocal calls
        calls += 1
        if calls in deaths:
            if randomness.random() < 0.5:
                real(ledger, live, ids, save)
            raise ConnectionError("killed")
        return real(ledger, live, ids, save)

    deaths = {2, 4}
    with site.app.app_context():
        for number in range(20):
            work["charge"].delay(number)
        tasks.drain()
        work["fails"] = False
        monkeypatch.setattr(operations, "retry_many", retry_many)
        result = start_for_all(site, Filter(state=FAILED))
        for _ in range(3):
            tasks.drain()
            if result.run.state == FAILED:
                real(site.ledger, site.live, [result.id])
        tasks.drain()

    assert calls > max(deaths), f"seed {seed}"
    assert {*work["runs"].values()} == {2}, f"seed {seed}"
    assert len(work["runs"]) == 20, f"seed {seed}"
    assert result.result == {"runs": 20}, f"seed {seed}"


def test_what_pages_hide_is_not_found_by_a_search(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task(name="shop.log_in")
    def log_in(name: str = "", **_more: str) -> None: ...

    with site.app.app_context():
        log_in.delay("open-text")
        log_in.delay("with-word", **dict.fromkeys(["password"], "hidden-text"))
        log_in.delay("postgresql://ada:hidden-text@127.0.0.1/shop")

    def find(text: str) -> int:
        return site.runs.count(Filter(search=text))

    assert find("open-text") == 1
    assert find("hidden") == find("hidden-text") == 0
    assert find("shop.log_in") == 3
    assert find(ALL_RUNS_TASK) == 0
