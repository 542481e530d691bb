"""A run ends in the ledger as it ended in the task."""

from celery.exceptions import Ignore, Reject

from carboy.tasks import TaskCancelledError, Tasks
from carboy.tasks.drain import drain
from carboy.tasks.site import TaskSite
from tests.clock import Clock


def test_a_cancel_that_comes_from_inside_ends_the_run(
    tasks: Tasks, site: TaskSite
) -> None:
    @tasks.task
    def stop() -> None:
        raise TaskCancelledError

    result = stop.delay()
    tasks.drain()

    assert result.run.state == "cancelled"


def test_celerys_wishes_are_followed(
    tasks: Tasks, site: TaskSite, clock: Clock
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


def test_a_run_that_was_taken_over_writes_nothing(tasks: Tasks, site: TaskSite) -> None:
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
    tasks: Tasks, site: TaskSite
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
