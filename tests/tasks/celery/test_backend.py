"""Celery's `AsyncResult` says what the row says."""

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.celery.backend import LedgerBackend
from carboy.tasks.ledger.ledger import NewRun


def _result(tasks: Tasks, site: TasksState) -> object:
    site.ledger.add(NewRun(id="1", task="t", queue="q", args="[[], {}]", options="{}"))
    return tasks.celery.AsyncResult("1")


def test_results_are_read_from_the_ledger(tasks: Tasks, site: TasksState) -> None:
    assert isinstance(tasks.celery.backend, LedgerBackend)


def test_progress_told_in_celerys_way_is_seen(tasks: Tasks, site: TasksState) -> None:
    result = _result(tasks, site)
    site.ledger.claim("1", "dead", "nowhere")
    assert result.state == "STARTED"

    meta = {"current": 3, "total": 12, "status": "a quarter"}
    tasks.celery.backend.store_result("1", meta, "PROGRESS")

    assert result.state == "PROGRESS"
    assert result.info["status"] == "a quarter"


def test_a_time_limit_ends_the_run_and_a_lost_worker_does_not(
    tasks: Tasks, site: TasksState
) -> None:
    result = _result(tasks, site)
    site.ledger.claim("1", "dead", "nowhere")
    lost = {"exc_type": "WorkerLostError", "exc_message": ["gone"]}
    limit = {"exc_type": "TimeLimitExceeded", "exc_message": [5]}

    tasks.celery.backend._store_result("1", lost, "FAILURE")
    assert result.state == "STARTED"
    tasks.celery.backend._store_result("1", limit, "FAILURE")
    assert result.state == "FAILURE"
    assert "TimeLimitExceeded" in (tasks.get("1").run.error or "")
