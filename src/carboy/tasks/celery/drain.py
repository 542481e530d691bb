"""Runs what waits in this process, as a worker would: for tests and `run_now`."""

from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.runs import SELECT_RUNS, Run, find_run, select_runs
from carboy.tasks.ledger.tables import QUEUE, RUN, RUNNING_ROW, WAITING

from .messages import make_request

_MANY = 10_000


def drain(
    site: TasksState, *, only: str | None = None, limit: int = _MANY
) -> list[str]:
    """Run what is due, and what that asks for, until nothing is left; give the ids.

    With `only` it is one run, and what follows from it.
    """
    if only is not None:
        with site.database.read() as connection:
            run = find_run(connection, only)
        if run is None or run.state != WAITING:
            return []
        execute_here(site, run)
        return [only]
    done: list[str] = []
    while len(done) < limit:
        run = _next_run(site)
        if run is None:
            return done
        execute_here(site, run)
        done.append(run.id)
    msg = f"{limit} runs did not empty the queues. Does a task start itself again?"
    raise RuntimeError(msg)


def execute_here(site: TasksState, run: Run) -> None:
    """Run the task in this thread by Celery's own tracer."""
    from celery.app.trace import build_tracer  # noqa: PLC0415 - it takes long

    task = site.celery.tasks[run.task]
    tracer = build_tracer(task.name, task, app=site.celery, eager=False)
    tracer(run.id, (), {}, make_request(site.celery, run))


def _next_run(site: TasksState) -> Run | None:
    due = (QUEUE.c.state != RUNNING_ROW, QUEUE.c.due <= site.ledger.now())
    order = (QUEUE.c.priority.desc(), QUEUE.c.due, RUN.c.created)
    statement = SELECT_RUNS.where(*due).order_by(*order).limit(1)
    with site.database.read() as connection:
        runs = select_runs(connection, statement)
    return runs[0] if runs else None
