"""`Recorder`: the battery that records requests and tasks for developers."""

from collections.abc import Callable
from typing import ClassVar

from flask import Flask, appcontext_tearing_down, request_started

from carboy.core import Extension, Wiring
from carboy.ui import UI

from .cache_calls import record_cache
from .commands import debug
from .observers import (
    leave_logs,
    record_logs,
    record_mails,
    record_new_runs,
    record_redirects,
    record_templates,
)
from .pages import add_pages
from .queries import leave_queries, record_queries
from .recorder_state import RecorderState, open_recorders, recorder_state
from .recording import end_recording, find_recording
from .requests import record_requests
from .settings import RecorderSettings
from .tasks import record_tasks, run_started
from .warnings import list_warnings


class Recorder(Extension):
    """Records each request and task: queries, cache, templates, logs, mails, profile.

    A site with settings has it in development by default. Elsewhere RECORDER_SAMPLE
    says which share of requests is recorded, and `@recorder.guard` who may see them.
    """

    name: ClassVar[str] = "recorder"

    def __init__(self, app: Flask | None = None) -> None:
        self._guard: Callable[[], bool] | None = None
        self._states: list[RecorderState] = []
        super().__init__(app)

    def install(self, wiring: Wiring) -> None:
        """Listen to the signals of the app, and add the pages and the command."""
        app = wiring.app
        settings = wiring.settings(RecorderSettings)
        share = settings.sample
        if share is None:
            share = 1.0 if app.debug else 0.0
        state = recorder_state.set(app, RecorderState(app, settings, share))
        state.guard = self._guard
        self._states.append(state)
        wiring.command(debug)
        UI().init_app(app)
        add_pages(wiring, state)
        if share:
            _record(app, state)

    def guard(self, function: Callable[[], bool]) -> Callable[[], bool]:
        """Register the function that decides who may see the pages below /-/debug."""
        self._guard = function
        for state in self._states:
            state.guard = function
        return function


def close_recorders() -> None:
    """Close the recorders of all apps of this process, as between two tests."""
    for state in list(open_recorders):
        state.close()
    leave_queries()
    leave_logs()


def _record(app: Flask, state: RecorderState) -> None:
    record_queries()
    record_templates(app, state)
    record_redirects(app)
    record_logs()
    record_mails()
    record_new_runs()

    def attach(_app: Flask, **_: object) -> None:
        """Look once at the batteries that were installed after this one."""
        # Not of this app alone: then blinker would still count it as a listener.
        request_started.disconnect(attach)
        run_started.disconnect(attach)
        record_queries()
        record_cache(app)

    def save(_app: Flask, exc: BaseException | None = None, **_: object) -> None:
        recording = find_recording()
        if recording is None:
            return
        end_recording()
        state.sampler.end(recording)
        summary = recording.summary
        if summary.kind == "task":
            summary.status = "failed" if exc is not None else "done"
        summary.warnings = list_warnings(recording.detail.events)
        state.save(recording)

    # Not when a context is pushed: the engine leaves that signal to Flask.
    state.listen(request_started, attach, app)
    state.listen(run_started, attach, app)
    record_requests(app, state)
    record_tasks(app, state)
    state.listen(appcontext_tearing_down, save, app)
