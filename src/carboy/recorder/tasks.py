"""Records the runs of tasks, by the contexts that a worker pushes for them."""

import sys
from typing import Any

from flask import Flask, appcontext_pushed, has_request_context

from .recorder_state import RecorderState
from .recording import Recording, begin_recording

_IS_RECORDED = "carboy_is_recorded"


def record_tasks(app: Flask, state: RecorderState) -> None:
    """Record the runs of tasks in a worker of `app`."""

    def begin(_app: Flask, **_: object) -> None:
        # Not the front door of Celery, which imports when it is asked.
        state_of_celery = sys.modules.get("celery._state")
        task = state_of_celery and state_of_celery.get_current_task()
        if task is None or has_request_context():
            return
        run = task.request
        if run.called_directly or getattr(run, _IS_RECORDED, False):
            return
        # A context that the task itself pushes is a part of it.
        setattr(run, _IS_RECORDED, True)
        if state.is_chosen():
            _begin(state, task, run)

    appcontext_pushed.connect(begin, app, weak=False)


def _begin(state: RecorderState, task: Any, run: Any) -> None:
    recording = Recording("task", task.name)
    recording.summary.run = str(run.id)
    recording.detail.facts |= {
        "attempt": str((run.retries or 0) + 1),
        "worker": str(run.hostname or ""),
    }
    begin_recording(recording)
    state.sampler.begin(recording)
