"""Work on one run: claim it, run the function, and end it together with its effects."""

import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from celery.exceptions import Ignore, Reject, Retry

from carboy.core import redact_text
from carboy.tasks.app_state import TasksState
from carboy.tasks.errors import TaskCancelledError
from carboy.tasks.failures import log_failure, log_retry, log_takeover
from carboy.tasks.json_values import dumps, pack, to_json
from carboy.tasks.ledger.runs import NewRun
from carboy.tasks.signals import run_started
from carboy.tasks.worker import Attempt, end_lines

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
        if run_started.receivers:
            run_started.send(site.app, run_id=request.id, task=task.name, attempt=token)
        try:
            try:
                value = task.run(*request.args, **request.kwargs)
            finally:
                end_lines()
            _finish(site, task, attempt, value)
        except BaseException as error:
            _rollback(site)
            _note_end(site, task, attempt, error)
            attempt.is_ended = True
            if isinstance(error, TaskCancelledError):
                raise Ignore from None
            raise
        attempt.is_ended = True
        return value


def _note_end(
    site: TasksState, task: Any, attempt: Attempt, error: BaseException
) -> None:
    """Write and log why an attempt did not succeed."""
    ledger, run_id, token = site.ledger, attempt.run_id, attempt.token
    retries = task.request.retries
    if isinstance(error, Retry | Reject | Ignore):
        _apply_celery_signal(site, task, attempt, error)
    elif isinstance(error, TaskCancelledError):
        if ledger.mark_cancelled(run_id, token):
            log.info("%s[%s] was cancelled in attempt %d.", task.name, run_id, token)
    elif not isinstance(error, Exception):
        # The process is asked to stop: the next worker begins the run anew.
        if ledger.reschedule(run_id, token, delay=0, retries=retries):
            log_retry(task.name, run_id, token, error, 0)
    elif ledger.fail(run_id, token, _describe(error), _format_traceback(error)):
        log_failure(task.name, run_id, token, error)


def _claim(
    task: Any, site: TasksState, args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[int, bool]:
    """Claim the run that a message names; return the token, and if it ended."""
    request, active = task.request, site.active_runs
    claim = site.ledger.claim(request.id, active.owner, active.host)
    if claim.run is None and not request.get(HEADER):
        # A message from a program that does not know the ledger.
        site.ledger.add(_insert_foreign(task, site, args, kwargs))
        claim = site.ledger.claim(request.id, active.owner, active.host)
    if claim.status == "finished":
        return claim.token, True
    if claim.status != "claimed" or claim.run is None:
        if claim.status != "running":
            log.info("Nothing to do for %s: it is %s.", request.id, claim.status)
        raise Ignore
    request.args, request.kwargs = claim.run.arguments
    request.retries = claim.run.retries
    return claim.token, False


def _insert_foreign(
    task: Any, site: TasksState, args: Sequence[Any], kwargs: dict[str, Any]
) -> NewRun:
    request = task.request
    options = {
        "link": request.callbacks,
        "chain": request.chain,
        "chord": request.chord,
    }
    info = request.delivery_info or {}
    return NewRun(
        id=request.id,
        task=task.name,
        queue=info.get("routing_key") or site.settings.queue,
        args=pack(args, kwargs),
        options=dumps({k: v for k, v in options.items() if v}),
        parent=request.parent_id,
        root=request.root_id,
    )


def _finish(site: TasksState, task: Any, attempt: Attempt, value: Any) -> None:
    request = task.request
    follow = bool(request.chain or request.callbacks or request.chord)
    text = to_json(value, "the result of a task")
    ledger, run_id, token = site.ledger, attempt.run_id, attempt.token
    session, queue = site.writing_session(), site.end_queue
    if session is None:
        if queue is not None and not follow and queue.put(run_id, token, text):
            return
        held = ledger.finish(None, run_id, token, text, follow=follow)
    else:
        held = ledger.finish(session.execute, run_id, token, text, follow=follow)
        if held:
            session.commit()
        else:
            session.rollback()
    if not held:
        log_takeover(run_id)
        raise Ignore


def _describe(error: BaseException) -> str:
    return redact_text(f"{type(error).__name__}: {error}")


def _format_traceback(error: Exception) -> str:
    text = "".join(traceback.format_exception(error))
    return redact_text(text[-_TRACEBACK_CHARACTERS:])


def _apply_celery_signal(
    site: TasksState, task: Any, attempt: Attempt, signal: Retry | Reject | Ignore
) -> None:
    """Do in the ledger what Celery does with the message."""
    ledger, run_id, token = site.ledger, attempt.run_id, attempt.token
    if isinstance(signal, Retry):
        options = attempt.retry
        if options is None:
            return
        delay, retries = _delay(options, ledger.read_now), options["retries"] or 0
        cause = _find_cause(signal)
        error = _describe(cause) if cause else None
        args = pack(*options["args"])
        if ledger.reschedule(
            run_id, token, delay=delay, args=args, error=error, retries=retries
        ):
            log_retry(task.name, run_id, token, cause, delay)
    elif isinstance(signal, Ignore):
        ledger.finish(None, run_id, token, "null")
    elif signal.requeue:
        retries = task.request.retries
        if ledger.reschedule(run_id, token, delay=1.0, retries=retries):
            log_retry(task.name, run_id, token, signal, 1.0)
    elif ledger.fail(run_id, token, f"Rejected: {signal.reason}", ""):
        log_failure(task.name, run_id, token, signal)


def _find_cause(signal: Retry) -> BaseException | None:
    """Return the error for which a task is retried."""
    cause: BaseException | None = signal.exc
    if cause is None or cause.__traceback__:
        return cause
    # Celery made a copy, because the error cannot be pickled.
    return signal.__context__ or cause


def _delay(options: dict[str, Any], now: Callable[[], float]) -> float:
    eta = options.get("eta")
    if eta is None:
        return float(options.get("countdown") or 0)
    when = datetime.fromisoformat(eta) if isinstance(eta, str) else eta
    return max(0.0, float(when.timestamp()) - now())


def _rollback(site: TasksState) -> None:
    if site.db is not None and site.db.session.registry.has():
        site.db.session.rollback()
