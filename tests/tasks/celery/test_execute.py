"""A run ends in the ledger as it ended in the task."""

import pytest
import sqlalchemy as sa
from celery.exceptions import Ignore, Reject

from carboy.tasks import TaskCancelledError, Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.drain import drain
from carboy.tasks.ledger.tables import QUEUE
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

    claim = site.ledger.claim(result.id, site.active_runs.owner, site.active_runs.host)
    assert claim.status == "claimed"
    site.active_runs.close()


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
        with site.database.write() as connection:
            connection.execute(sa.update(QUEUE).values(token=QUEUE.c.token + 1))
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
