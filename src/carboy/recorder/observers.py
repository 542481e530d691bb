"""Records templates, log records, redirects, mails and the tasks that are asked for."""

import logging
import time
from typing import Any

from blinker import signal
from flask import Flask, before_render_template, template_rendered
from jinja2 import Template

from carboy.core import redact_text

from .call_sites import find_place
from .recorder_state import RecorderState
from .recording import find_recording

# By their names: the batteries that send them may be off.
email_dispatched = signal("email-dispatched")
run_added = signal("carboy-run-added")

_OWN_LOGGERS = ("carboy.request",)


def record_templates(app: Flask, state: RecorderState) -> None:
    """Record each template with the time that it took."""

    def begin(_app: Flask, **_: object) -> None:
        recording = find_recording()
        if recording is not None:
            recording.starts.append(time.perf_counter())

    def end(_app: Flask, template: Template, **_: object) -> None:
        recording = find_recording()
        if recording is not None and recording.starts:
            seconds = time.perf_counter() - recording.starts.pop()
            name = template.name or "<string>"
            recording.add("template", name, seconds=seconds, place=find_place(3))

    state.listen(before_render_template, begin, app)
    state.listen(template_rendered, end, app)


class LogRecorder(logging.Handler):
    """Adds log records to the trace of their context."""

    def emit(self, record: logging.LogRecord) -> None:
        """Record what was logged, but not the line about the request itself."""
        recording = find_recording()
        if recording is None or record.name in _OWN_LOGGERS:
            return
        data = {"level": record.levelname, "logger": record.name}
        place = f"{record.pathname}:{record.lineno}"
        recording.add("log", redact_text(record.getMessage()), place=place, data=data)


def record_logs() -> None:
    """Record the log records of this process that reach the root logger."""
    root = logging.getLogger()
    if not any(isinstance(handler, LogRecorder) for handler in root.handlers):
        root.addHandler(LogRecorder())


def leave_logs() -> None:
    """Take the handler away again."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, LogRecorder):
            root.removeHandler(handler)


def record_redirects(app: Flask) -> None:
    """Record each `redirect()` with the line that it stands in."""
    redirect = app.redirect

    def record(location: str, code: int = 302) -> Any:
        recording = find_recording()
        if recording is not None:
            text = f"{code} {redact_text(location)}"
            recording.add("redirect", text, place=find_place(2))
        return redirect(location, code)

    app.redirect = record  # type: ignore[method-assign]  # `flask.redirect` calls it


def record_mails() -> None:
    """Record each mail that is handed to the battery."""
    email_dispatched.connect(_add_mail)


def record_new_runs() -> None:
    """Record each run of a task that is asked for."""
    run_added.connect(_add_run)


def _add_mail(message: Any, **_: object) -> None:
    recording = find_recording()
    if recording is not None:
        to = ", ".join(str(address) for address in message.recipients)
        recording.add("mail", f"{message.subject} ({to})", place=find_place(3))


def _add_run(_app: Flask, run_id: str, task: str, **_: object) -> None:
    recording = find_recording()
    if recording is not None:
        recording.summary.runs += (run_id,)
        recording.add("task", task, place=find_place(3), data={"run": run_id})
