"""Retry or cancel all runs that a filter matches: a task, which may be killed.

It goes by the ids of the runs. A run that was retried has not ended before the moment
at which it was asked for, so none is retried twice, whatever happens to the worker.
"""

from dataclasses import asdict
from functools import partial
from typing import Any

from carboy.core import get_current_app

from . import operations
from .app_state import TasksState, tasks_state
from .cursor import Cursor, open_cursor
from .errors import TaskCancelledError
from .ledger.runs import Filter
from .ledger.tables import CANCELLED, DEAD, FAILED, RUNNING, WAITING
from .operations import Execute
from .progress import progress

ALL_RUNS_TASK = "carboy.tasks.all_runs"
RETRY, CANCEL = "retry", "cancel"
# What can be done with all runs of a state.
ACTIONS = {
    FAILED: RETRY,
    DEAD: RETRY,
    CANCELLED: RETRY,
    WAITING: CANCEL,
    RUNNING: CANCEL,
}
_BATCH = 500


def start_for_all(site: TasksState, wanted: Filter) -> Any:
    """Start the task; return its run."""
    task = site.celery.tasks[ALL_RUNS_TASK]
    total = site.runs.count(wanted)
    return task.delay(asdict(wanted), site.live.read_now(), total)


def act_on_all(wanted: dict[str, Any], until: float, total: int) -> dict[str, int]:
    """Retry runs that ended until a moment, or cancel those asked for until then."""
    site = tasks_state.of(get_current_app())
    chosen = Filter(**wanted)
    act = _retry if ACTIONS[str(chosen.state)] == RETRY else _cancel
    cursor = open_cursor("runs")
    last, count = cursor.value or ("", 0)
    # It must not stop itself.
    find = partial(
        site.runs.list_ids, chosen, until=until, without=ALL_RUNS_TASK, limit=_BATCH
    )
    while ids := find(after=last):
        last = ids[-1]
        count = act(site, cursor, ids, count)
        progress(count, max(count, total))
    return {"runs": count}


def _retry(site: TasksState, cursor: Cursor, ids: list[str], count: int) -> int:
    """Retry some runs, and save the position in the same transaction."""
    is_held = True

    def save(execute: Execute, number: int) -> bool:
        nonlocal is_held
        is_held = cursor.save_with(execute, [ids[-1], count + number])
        return is_held

    retried = operations.retry_many(site.ledger, site.live, ids, save)
    if not is_held:
        raise TaskCancelledError
    for run in site.runs.find_many(retried).values():
        site.notify(run)
    return count + len(retried)


def _cancel(site: TasksState, cursor: Cursor, ids: list[str], count: int) -> int:
    done = sum(operations.cancel(site.ledger, each) for each in ids)
    cursor.save([ids[-1], count + done])
    return count + done
