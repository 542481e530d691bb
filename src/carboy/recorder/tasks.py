"""Records the runs of tasks, in the context in which a worker runs them."""

from blinker import signal
from flask import Flask

from .recorder_state import RecorderState
from .recording import Recording, begin_recording

# By its name: the battery may be off.
run_started = signal("carboy-run-started")


def record_tasks(app: Flask, state: RecorderState) -> None:
    """Record the runs of tasks in a worker of `app`."""

    def begin(_app: Flask, run_id: str, task: str, attempt: int) -> None:
        if state.is_chosen():
            recording = Recording("task", task)
            recording.summary.run = run_id
            recording.detail.facts["attempt"] = str(attempt)
            begin_recording(recording)
            state.sampler.begin(recording)

    state.listen(run_started, begin, app)
