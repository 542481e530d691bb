"""Work on one run: claim it, run the function, and end it together with its effects."""

import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from celery.exceptions import Ignore, Reject, Retry

from carboy.tasks.app_state import TasksState
from carboy.tasks.errors import TaskCancelledError
from carboy.tasks.json_values import dumps, pack, to_json
from carboy.tasks.ledger.runs import NewRun
from carboy.tasks.worker.active_runs import Attempt

from .messages import CLAIM, HEADER

log = logging.getLogger("carboy.tasks")

_TRACEBACK_CHARACTERS = 20_000


def execute(
    task: Any, site: TasksState, args: Sequence[Any], kwargs: dict[str, Any]
) -> Any:
    """Run `task` for the request at work; raise Celery's `Ignore` if it may not run."""
    request = task.request
    token, is_done = request.get(CLAIM) or _claim(task, site, args, kwargs)
    if is_done:
        # It ended, and what follows it has still to be sent.
        run = site.runs.find(request.id)
        return None if run is None else run.value
    with site.app.app_context(), site.active_runs.track(request.id, token) as attempt:
        try:
            value = task.run(*request.args, **request.kwargs)
            _finish(site, task, attempt, value)
        except BaseException as error:
            _rollback(site)
            _note_end(site, attempt, request.retries, error)
            attempt.is_ended = True
            if isinstance(error, TaskCancelledError):
                raise Ignore from None
            raise
        attempt.is_ended = True
        return value


def _note_end(
    site: TasksState, attempt: Attempt, retries: int, error: BaseException
) -> None:
    """Write why an attempt did not succeed."""
    if isinstance(error, Retry | Reject | Ignore):
        _apply_celery_signal(site, attempt, retries, error)
    elif isinstance(error, TaskCancelledError):
        site.ledger.mark_cancelled(attempt.run_id, attempt.token)
    elif isinstance(error, Exception):
        _fail(site, attempt, error)
    else:
        # The process is told to go: whoever comes next begins it anew.
        site.ledger.reschedule(attempt.run_id, attempt.token, delay=0, retries=retries)


def _claim(
    task: Any, site: TasksState, args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[int, bool]:
    """Claim the run that a message names; return the token, and if it ended."""
    request, active = task.request, site.active_runs
    claim = site.ledger.claim(request.id, active.owner, active.host)
    if claim.status == "gone" and claim.run is None and not request.get(HEADER):
        # A message from a program that does not know the ledger.
        site.ledger.add(_insert_foreign(task, site, args, kwargs))
        claim = site.ledger.claim(request.id, active.owner, active.host)
    if claim.status == "follow":
        return claim.token, True
    if claim.status != "claimed" or claim.run is None:
        if claim.status != "busy":
            log.info("Nothing to do for %s: it is %s.", request.id, claim.status)
        raise Ignore
    request.args, request.kwargs = claim.run.arguments
    request.retries = claim.run.retries
    return claim.token, False


def _insert_foreign(
    task: Any, site: TasksState, args: Sequence[Any], kwargs: dict[str, Any]
) -> NewRun:
    request = task.request
    kept = {"link": request.callbacks, "chain": request.chain, "chord": request.chord}
    info = request.delivery_info or {}
    return NewRun(
        id=request.id,
        task=task.name,
        queue=info.get("routing_key") or site.settings.queue,
        args=pack(args, kwargs),
        options=dumps({k: v for k, v in kept.items() if v}),
        parent=request.parent_id,
        root=request.root_id,
    )


def _finish(site: TasksState, task: Any, attempt: Attempt, value: Any) -> None:
    request = task.request
    follow = bool(request.chain or request.callbacks or request.chord)
    text = to_json(value, "the result of a task")
    ledger, run_id, token = site.ledger, attempt.run_id, attempt.token
    session = _used_session(site)
    if session is None:
        held = ledger.finish_alone(run_id, token, text, follow=follow)
    else:
        held = ledger.finish(session.execute, run_id, token, text, follow=follow)
        if held:
            session.commit()
        else:
            session.rollback()
    if not held:
        log.warning(
            "The run %s was taken over by another worker. What this one did in the "
            "database is rolled back.",
            attempt.run_id,
        )
        raise Ignore


def _fail(site: TasksState, attempt: Attempt, error: Exception) -> None:
    text = "".join(traceback.format_exception(error))[-_TRACEBACK_CHARACTERS:]
    message = f"{type(error).__name__}: {error}"
    site.ledger.fail(attempt.run_id, attempt.token, message, text)


def _apply_celery_signal(
    site: TasksState, attempt: Attempt, retries: int, wish: Retry | Reject | Ignore
) -> None:
    """Do in the ledger what Celery does with the message."""
    ledger, run_id, token = site.ledger, attempt.run_id, attempt.token
    if isinstance(wish, Retry) and attempt.retry is not None:
        told = attempt.retry
        args, kwargs = told["args"]
        ledger.reschedule(
            run_id,
            token,
            delay=_delay(told, ledger.read_now),
            args=pack(args, kwargs),
            error=str(wish.exc) if wish.exc else None,
            retries=told["retries"] or 0,
        )
    elif isinstance(wish, Reject):
        if wish.requeue:
            ledger.reschedule(run_id, token, delay=1.0, retries=retries)
        else:
            ledger.fail(run_id, token, f"Rejected: {wish.reason}", "")
    elif not isinstance(wish, Retry):
        ledger.finish_alone(run_id, token, "null", follow=False)


def _delay(told: dict[str, Any], now: Callable[[], float]) -> float:
    eta = told.get("eta")
    if eta is None:
        return float(told.get("countdown") or 0)
    when = datetime.fromisoformat(eta) if isinstance(eta, str) else eta
    return max(0.0, float(when.timestamp()) - now())


def _used_session(site: TasksState) -> Any:
    """Return the task's session if it has something to commit."""
    if site.db is None or not site.db.session.registry.has():
        return None
    session = site.db.session()
    return session if session.is_writing() else None


def _rollback(site: TasksState) -> None:
    if site.db is not None and site.db.session.registry.has():
        site.db.session.rollback()
