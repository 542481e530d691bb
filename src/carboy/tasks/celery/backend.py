"""Celery's result backend, which reads the ledger."""

from datetime import UTC, datetime
from typing import Any

from celery import states
from celery.backends.base import BaseBackend
from celery.exceptions import TaskRevokedError, TimeLimitExceeded

from carboy.tasks import operations
from carboy.tasks.failures import log_end
from carboy.tasks.ledger.runs import Run
from carboy.tasks.ledger.tables import CANCELLED, DEAD, DONE, FAILED, RUNNING, WAITING

UNKNOWN = "UNKNOWN"
PROGRESS = "PROGRESS"

_STATES = {
    WAITING: states.PENDING,
    RUNNING: states.STARTED,
    DONE: states.SUCCESS,
    FAILED: states.FAILURE,
    DEAD: states.FAILURE,
    CANCELLED: states.REVOKED,
}


class LedgerBackend(BaseBackend):
    """Gives Celery's `AsyncResult` what the row of a run says."""

    supports_autoexpire = True

    def _store_result(
        self, task_id: str, result: Any, state: str, *_args: Any, **_kwargs: Any
    ) -> Any:
        """Keep progress; how a run ended is in its row already.

        Only the end of a process by its time limit is known to nobody else.
        """
        site = self.app.site
        if state == states.FAILURE and _is_time_limit(result):
            run, error = (
                site.runs.find(task_id),
                f"TimeLimitExceeded: {_message(result)}",
            )
            if run is not None and site.ledger.fail_lost(task_id, error):
                log_end(run.task, task_id, run.token, error)
        elif state == states.REVOKED:
            # It expired, or Celery revoked it, before its task was called.
            operations.cancel(site.ledger, task_id, claimed=True)
        elif state not in states.ALL_STATES and isinstance(result, dict):
            text = str(result.get("text", result.get("status", "")))
            current, total = result.get("current", 0), result.get("total", 1)
            site.live.set_progress(task_id, float(current), float(total), text)
        return result

    def _get_task_meta_for(self, task_id: str) -> dict[str, Any]:
        site = self.app.site
        run = site.runs.find(task_id)
        if run is None:
            return {"status": UNKNOWN, "result": None, "task_id": task_id}
        meta: dict[str, Any] = {
            "task_id": task_id,
            "status": _STATES[run.state],
            "result": None,
            "traceback": run.traceback,
            "children": [],
            "name": run.task,
            "retries": run.retries,
            "queue": run.queue,
        }
        if run.ended is not None:
            meta["date_done"] = datetime.fromtimestamp(run.ended, UTC).isoformat()
        return meta | self._outcome(run)

    def _outcome(self, run: Run) -> dict[str, Any]:
        if run.state == DONE:
            return {"result": run.value}
        if run.state in {FAILED, DEAD}:
            return {"result": self.exception_to_python(_exception(run))}
        if run.state == CANCELLED:
            return {"result": TaskRevokedError(run.error or "cancelled")}
        if run.state == WAITING:
            return {"status": states.RETRY} if run.retries else {}
        return self._running(run)

    def _running(self, run: Run) -> dict[str, Any]:
        progress = self.app.site.live.find_progress([run.id]).get(run.id)
        if progress is None:
            return {}
        meta = {"current": progress.current, "total": progress.total}
        meta |= {"status": progress.text, "text": progress.text}
        return {"status": PROGRESS, "result": meta}

    def _forget(self, task_id: str) -> None:
        """Leave the row: it is pruned in its time."""

    def _save_group(self, group_id: str, result: Any) -> Any:
        msg = (
            f"The group {group_id} cannot be saved in the ledger. Keep the ids of its "
            f"runs, or set TASKS_RESULT_BACKEND to a Redis URL."
        )
        raise NotImplementedError(msg)


def _exception(run: Run) -> dict[str, Any]:
    kind, _, message = (run.error or "Exception: unknown").partition(": ")
    if not kind.isidentifier():
        kind, message = "TaskError", run.error or ""
    return {"exc_type": kind, "exc_message": [message], "exc_module": "builtins"}


def _is_time_limit(result: Any) -> bool:
    if isinstance(result, dict):
        return result.get("exc_type") == "TimeLimitExceeded"
    return isinstance(result, TimeLimitExceeded)


def _message(result: Any) -> str:
    if isinstance(result, dict):
        return ", ".join(str(part) for part in result.get("exc_message", ()))
    return str(result)
