"""What a page shows of a run, as plain values."""

from typing import Any

from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.runs import Run
from carboy.tasks.ledger.status import RunProgress
from carboy.tasks.ledger.tables import CANCELLED, DEAD, DONE, FAILED, RUNNING, WAITING

LABELS = {
    WAITING: "Waiting",
    RUNNING: "Running",
    DONE: "Done",
    FAILED: "Failed",
    CANCELLED: "Cancelled",
    DEAD: "Given up",
}

_MINUTE = 60
_HOUR = 3600
_MIN_FRACTION = 0.02


def read_run_views(site: TasksState, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Read what pages show of these runs, by id."""
    runs = site.runs.find_many(ids)
    told = site.live.find_progress(ids)
    now = site.live.read_now()
    return {key: make_run_view(run, told.get(key), now) for key, run in runs.items()}


def make_run_view(run: Run, told: RunProgress | None, now: float) -> dict[str, Any]:
    """Return the state of a run as plain values."""
    fraction = 1.0 if run.state == DONE else told.fraction if told else 0.0
    return {
        "id": run.id,
        "title": run.task.rpartition(".")[2].replace("_", " ").capitalize(),
        "state": run.state,
        "label": "Stopping" if run.stop and run.state == RUNNING else LABELS[run.state],
        "known": run.state == DONE or (told is not None and told.total > 0),
        "percent": int(fraction * 100),
        # The text of the last step, such as "Importing", is wrong after the end.
        "text": told.text if told and run.state != DONE else "",
        "left": _left(run, fraction, now),
        "error": run.error if run.state in {FAILED, DEAD} else None,
        "ended": run.is_ended,
        "can_cancel": run.state in {WAITING, RUNNING} and not run.stop,
        "can_retry": run.state in {FAILED, DEAD, CANCELLED},
    }


def write_span(seconds: float) -> str:
    """Write a span of time in a few letters."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min {seconds % _MINUTE:02.0f} s"
    return f"{seconds // _HOUR:.0f} h {seconds % _HOUR // _MINUTE:02.0f} min"


def _left(run: Run, fraction: float, now: float) -> str:
    if run.state != RUNNING or run.started is None or fraction < _MIN_FRACTION:
        return ""
    elapsed = max(0.0, now - run.started)
    left = elapsed * (1 - fraction) / fraction
    # Whole seconds: a page must not flicker with each tenth.
    seconds = max(1, round(left))
    span = f"{seconds} s" if seconds < _MINUTE else write_span(seconds)
    return f"about {span} left"
