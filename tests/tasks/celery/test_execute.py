"""A run ends in the ledger as it ended in the task."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from celery.exceptions import Ignore, Reject

from carboy.tasks import (
    TaskCancelledError,
    Tasks,
    operations as service,
)
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.drain import drain
from carboy.tasks.worker.attempts import Attempt, current_attempt
from tests.clock import Clock
from tests.tasks.conftest import wait_until


def test_a_cancel_that_comes_from_inside_ends_the_run(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task
    def stop() -> None:
        raise TaskCancelledError

    result = stop.delay()
    tasks.drain()

    assert result.run.state == "cancelled"


@pytest.mark.parametrize(("ends_well", "end"), [(True, "done"), (False, "failed")])
def test_a_cancel_that_comes_between_task_and_ledger_ends_the_run(
    tasks: Tasks, site: TasksState, ends_well: bool, end: str
) -> None:
    """The error is thrown at each line of what closes the task."""
    strike = _Strike()

    @tasks.task
    def work() -> None:
        strike.attempt = current_attempt()
        if not ends_well:
            raise ValueError("bad")

    line = 0
    while strike.at(line, lambda: drain(site, only=work.delay().id)):
        line += 1
        (run,) = site.runs.list_runs(limit=1)
        assert run.state in {"cancelled", end}, line
        service.drop(site.ledger, site.live, run.id)

    assert line > 3


class _Strike:
    """Throws a cancel at one point of our own code, while it may still come."""

    attempt: Attempt | None = None

    def at(self, line: int, call: Callable[[], object]) -> bool:
        self._left, self._done, self.attempt = line, False, None
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            call()
        finally:
            sys.settrace(before)
        return self._done

    def _trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        if frame.f_code.co_name not in {"close", "_shut"}:
            return None
        attempt = self.attempt
        if attempt and attempt.is_open and event != "return" and not self._done:
            self._left -= 1
            if self._left < 0:
                self._done = True
                raise TaskCancelledError
        return self._trace


def test_a_run_whose_end_could_not_be_written_is_begun_anew(
    tasks: Tasks, site: TasksState, monkeypatch: pytest.MonkeyPatch
) -> None:
    @tasks.task
    def work() -> str:
        return "done"

    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError("the database is away")

    result = work.delay()
    with monkeypatch.context() as patch:
        patch.setattr(site.ledger, "finish", fail)
        patch.setattr(site.ledger, "fail", fail)
        drain(site, only=result.id)
    wait_until(lambda: result.run.owner is None)

    claim = site.ledger.claim(result.id, site.desk.owner, site.desk.place)
    assert claim.verdict == "claimed"
    site.desk.close()


def test_celerys_wishes_are_followed(
    tasks: Tasks, site: TasksState, clock: Clock
) -> None:
    @tasks.task
    def ignore() -> None:
        raise Ignore

    @tasks.task
    def reject(again: bool) -> None:
        raise Reject("not mine", requeue=again)

    ignored, rejected, requeued = (
        ignore.delay(),
        reject.delay(False),
        reject.delay(True),
    )
    for run in (ignored, rejected, requeued):
        drain(site, only=run.id)

    assert ignored.run.state == "done"
    assert rejected.run.state == "failed"
    assert requeued.run.state == "waiting"


def test_a_run_that_was_taken_over_writes_nothing(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task
    def slow() -> str:
        run = site.runs.list_runs()[0]
        site.ledger._change(run.id, run.token, "running", {"token": run.token + 1})
        return "late"

    result = slow.delay()
    drain(site, only=result.id)

    assert result.run.state == "running"
    assert result.run.result is None


def test_a_message_without_a_row_is_adopted_unless_it_is_ours(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task(name="shop.add")
    def add(a: int, b: int) -> int:
        return a + b

    from celery.app.trace import build_tracer  # noqa: PLC0415 - only here

    trace = build_tracer("shop.add", tasks.celery.tasks["shop.add"], app=tasks.celery)
    request = {"delivery_info": {"routing_key": "old"}, "callbacks": None}
    trace("foreign", (1, 2), {}, {**request, "id": "foreign"})
    trace("purged", (1, 2), {}, {**request, "id": "purged", "carboy_run": 1})

    adopted = site.runs.find("foreign")
    assert adopted is not None
    assert (adopted.state, adopted.value, adopted.queue) == ("done", 3, "old")
    assert site.runs.find("purged") is None
