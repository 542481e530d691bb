"""What a page shows of a run, as plain values."""

from typing import Any

from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.runs import Run
from carboy.tasks.ledger.status import RunProgress
from carboy.tasks.ledger.tables import CANCELLED, DEAD, DONE, FAILED, RUNNING, WAITING
from carboy.tasks.readiness import find_problem
from carboy.translation import gettext, gettext_noop

LABELS = {
    WAITING: gettext_noop("Waiting"),
    RUNNING: gettext_noop("Running"),
    DONE: gettext_noop("Done"),
    FAILED: gettext_noop("Failed"),
    CANCELLED: gettext_noop("Cancelled"),
    DEAD: gettext_noop("Given up"),
}

# Visitors are not told why: an error may quote SQL, paths or what others wrote.
_FAILURE = gettext_noop("Something went wrong.")
_MINUTE = 60
_HOUR = 3600
_MIN_FRACTION = 0.02


def read_run_views(
    site: TasksState, ids: list[str], *, with_reasons: bool
) -> dict[str, dict[str, Any]]:
    """Read what pages show of these runs, by id.

    `with_reasons` is for developers: why a run failed, or does not begin.
    """
    runs = site.runs.find_many(ids)
    progress = site.live.find_progress(ids)
    now = site.live.read_now()
    views = {
        key: make_run_view(run, progress.get(key), now) for key, run in runs.items()
    }
    if with_reasons:
        _explain_waiting(site, views)
        return views
    for view in views.values():
        view["error"] = view["error"] and gettext(_FAILURE)
    return views


def _explain_waiting(site: TasksState, views: dict[str, dict[str, Any]]) -> None:
    waiting = [view for view in views.values() if view["state"] == WAITING]
    problem = find_problem(site) if waiting else None
    if problem is not None:
        for view in waiting:
            view["text"] = gettext("It does not begin: %(problem)s.", problem=problem)


def make_run_view(run: Run, progress: RunProgress | None, now: float) -> dict[str, Any]:
    """Return the state of a run as plain values, for developers."""
    fraction = 1.0 if run.state == DONE else progress.fraction if progress else 0.0
    return {
        "id": run.id,
        "title": run.task.rpartition(".")[2].replace("_", " ").capitalize(),
        "state": run.state,
        "label": _label(run),
        "known": run.state == DONE or (progress is not None and progress.total > 0),
        "percent": int(fraction * 100),
        # The text of the last step, such as "Importing", is wrong after the end.
        "text": progress.text if progress and run.state != DONE else "",
        "left": _left(run, fraction, now),
        "error": run.error if run.state in {FAILED, DEAD} else None,
        "ended": run.is_ended,
        "can_cancel": run.state in {WAITING, RUNNING} and not run.stop,
        "can_retry": run.state in {FAILED, DEAD, CANCELLED},
    }


def _label(run: Run) -> str:
    is_stopping = run.stop and run.state == RUNNING
    return gettext("Stopping") if is_stopping else gettext(LABELS[run.state])


def write_span(seconds: float) -> str:
    """Write a span of time in a few letters."""
    if seconds < 1:
        return gettext("%(num)s ms", num=format(seconds * 1000, ".0f"))
    if seconds < 10:
        return gettext("%(num)s s", num=format(seconds, ".1f"))
    if seconds < _MINUTE:
        return gettext("%(num)s s", num=format(seconds, ".0f"))
    if seconds < _HOUR:
        minutes, rest = f"{seconds // _MINUTE:.0f}", f"{seconds % _MINUTE:02.0f}"
        return gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest)
    hours, rest = f"{seconds // _HOUR:.0f}", f"{seconds % _HOUR // _MINUTE:02.0f}"
    return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


def _left(run: Run, fraction: float, now: float) -> str:
    if run.state != RUNNING or run.started is None or fraction < _MIN_FRACTION:
        return ""
    elapsed = max(0.0, now - run.started)
    left = elapsed * (1 - fraction) / fraction
    # Whole seconds: a page must not flicker with each tenth.
    seconds = max(1, round(left))
    span = (
        gettext("%(num)s s", num=seconds) if seconds < _MINUTE else write_span(seconds)
    )
    return gettext("about %(time)s left", time=span)
