"""Work on one run: claim it, run the function, and end it together with its effects."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from celery.exceptions import Ignore, Reject, Retry

from carboy.tasks.app_state import TasksState
from carboy.tasks.errors import TaskCancelledError
from carboy.tasks.json_values import dumps
from carboy.tasks.ledger.ledger import Claim, Order, pack, to_json
from carboy.tasks.ledger.runs import Run
from carboy.tasks.worker.attempts import Attempt

from .messages import HEADER

log = logging.getLogger("carboy.tasks")

_TRACEBACK_CHARACTERS = 20_000


def perform(
    task: Any, site: TasksState, args: Sequence[Any], kwargs: dict[str, Any]
) -> Any:
    """Run `task` for the request at work; raise Celery's `Ignore` if it may not run."""
    request = task.request
    claim = _claim(task, site, args, kwargs)
    run = claim.run
    if claim.verdict == "follow" and run is not None:
        return run.value
    if claim.verdict != "claimed" or run is None:
        if claim.verdict != "busy":
            log.info("Nothing to do for %s: it is %s.", request.id, claim.verdict)
        raise Ignore
    request.args, request.kwargs = run.arguments
    request.retries = run.retries
    with site.app.app_context(), site.desk.open(run.id, claim.token) as attempt:
        try:
            attempt.begin()
            value = task.run(*request.args, **request.kwargs)
            attempt.close()
            _finish(site, task, attempt, value)
        except BaseException as error:
            try:
                attempt.close()
            except TaskCancelledError:
                # It came on the way there; after that nothing more can come.
                attempt.close()
            _rollback(site)
            _note_end(site, attempt, run, error)
            attempt.is_ended = True
            if isinstance(error, TaskCancelledError):
                raise Ignore from None
            raise
        attempt.is_ended = True
        return value


def _note_end(
    site: TasksState, attempt: Attempt, run: Run, error: BaseException
) -> None:
    """Write down why a run did not come to its good end."""
    if isinstance(error, Retry | Reject | Ignore):
        _follow_wish(site, attempt, run, error)
    elif isinstance(error, TaskCancelledError):
        site.ledger.stopped(run.id, attempt.token)
    elif isinstance(error, Exception):
        _fail(site, attempt, error)
    else:
        # The process is told to go: whoever comes next begins it anew.
        site.ledger.again(run.id, attempt.token, delay=0, retries=run.retries)


def _claim(
    task: Any, site: TasksState, args: Sequence[Any], kwargs: dict[str, Any]
) -> Claim:
    request, desk = task.request, site.desk
    owner = desk.owner
    claim = site.ledger.claim(request.id, owner, desk.place)
    if claim.verdict == "gone" and claim.run is None and not request.get(HEADER):
        # A message from a program that does not know the ledger.
        site.ledger.add(_adopt(task, site, args, kwargs))
        claim = site.ledger.claim(request.id, owner, desk.place)
    return claim


def _adopt(
    task: Any, site: TasksState, args: Sequence[Any], kwargs: dict[str, Any]
) -> Order:
    request = task.request
    kept = {"link": request.callbacks, "chain": request.chain, "chord": request.chord}
    info = request.delivery_info or {}
    return Order(
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
    ended = site.ledger.finish(attempt.run_id, attempt.token, text, follow=follow)
    session = _used_session(site)
    if session is None:
        with site.database.write() as connection:
            held = connection.execute(ended).rowcount == 1
    else:
        held = session.execute(ended).rowcount == 1
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


def _follow_wish(
    site: TasksState, attempt: Attempt, run: Run, wish: Retry | Reject | Ignore
) -> None:
    """Do in the ledger what Celery does with the message."""
    ledger, run_id, token = site.ledger, attempt.run_id, attempt.token
    if isinstance(wish, Retry) and attempt.retry is not None:
        told = attempt.retry
        args, kwargs = told["args"]
        ledger.again(
            run_id,
            token,
            delay=_delay(told, ledger.read_now),
            args=pack(args, kwargs),
            error=str(wish.exc) if wish.exc else None,
            retries=told["retries"] or 0,
        )
    elif isinstance(wish, Reject):
        if wish.requeue:
            ledger.again(run_id, token, delay=1.0, retries=run.retries)
        else:
            ledger.fail(run_id, token, f"Rejected: {wish.reason}", "")
    elif not isinstance(wish, Retry):
        with site.database.write() as connection:
            connection.execute(ledger.finish(run_id, token, "null", follow=False))


def _delay(told: dict[str, Any], now: Callable[[], float]) -> float:
    eta = told.get("eta")
    if eta is None:
        return float(told.get("countdown") or 0)
    when = datetime.fromisoformat(eta) if isinstance(eta, str) else eta
    return max(0.0, float(when.timestamp()) - now())


def _used_session(site: TasksState) -> Any:
    """Give the task's session if it holds something to commit."""
    if site.db is None or not site.db.session.registry.has():
        return None
    session = site.db.session()
    return session if session.is_writing() else None


def _rollback(site: TasksState) -> None:
    if site.db is not None and site.db.session.registry.has():
        site.db.session.rollback()
