"""Runs what waits in this process, as a worker would: for tests and `run_now`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.runs import Run, find_run
from carboy.tasks.ledger.tables import RUN, WAITING

from .messages import HEADER, message_of

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
        perform_here(site, run)
        return [only]
    done: list[str] = []
    while len(done) < limit:
        run = _next_run(site)
        if run is None:
            return done
        perform_here(site, run)
        done.append(run.id)
    msg = f"{limit} runs did not empty the queues. Does a task start itself again?"
    raise RuntimeError(msg)


def perform_here(site: TasksState, run: Run) -> None:
    """Let Celery's own tracer run the task in this thread."""
    from celery.app.trace import build_tracer  # noqa: PLC0415 - it takes long

    task = site.celery.tasks[run.task]
    tracer = build_tracer(task.name, task, app=site.celery, eager=False)
    tracer(run.id, (), {}, _request_of(run))


def _next_run(site: TasksState) -> Run | None:
    due = (RUN.c.state == WAITING, RUN.c.due <= site.ledger.now())
    statement = sa.select(RUN).where(*due).limit(1)
    ordered = statement.order_by(RUN.c.priority.desc(), RUN.c.due, RUN.c.created)
    with site.database.read() as connection:
        row = connection.execute(ordered).first()
    return None if row is None else Run(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name begins so


def _request_of(run: Run) -> dict[str, Any]:
    options = message_of(run, run.priority)
    link, link_error = options.get("link"), options.get("link_error")
    return {
        "id": run.id,
        "task": run.task,
        "retries": run.retries,
        "root_id": options["root_id"],
        "parent_id": run.parent,
        "callbacks": [link] if isinstance(link, dict) else link,
        "errbacks": [link_error] if isinstance(link_error, dict) else link_error,
        "chain": options.get("chain"),
        "chord": options.get("chord"),
        "group": options.get("group_id"),
        "group_index": options.get("group_index"),
        "ignore_result": options.get("ignore_result", False),
        "delivery_info": {"priority": run.priority, "routing_key": run.queue},
        "hostname": "here",
        HEADER: 1,
    }
