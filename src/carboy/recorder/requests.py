"""Records what was asked for and what was answered, by Flask's signals."""

import inspect
import sys
import traceback
from collections.abc import Iterator
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    got_request_exception,
    has_request_context,
    request,
    request_finished,
    request_started,
    request_tearing_down,
)

from carboy.bounded_dict import BoundedDict
from carboy.core import is_secret_name, redact_query, redact_text
from carboy.redact import HIDDEN
from carboy.site import request_id

from .bar import add_bar
from .call_sites import is_own_file
from .recorder_state import RecorderState
from .recording import Recording, begin_recording, find_recording
from .trace import shorten

# Pages that look at traces would push out what they show.
_OWN_PATHS = ("/-/debug", "/-/static/", "/-/tasks-static/")
_HIDDEN_HEADERS = frozenset({"authorization", "cookie", "set-cookie"})
_MAX_HEADER = 1000

# By the name of a header: whether its value may be a secret.
_hidden: BoundedDict[str, bool] = BoundedDict(1000)


def record_requests(app: Flask, state: RecorderState) -> None:
    """Record requests of `app`."""
    names: dict[str, str] = {}

    def begin(_app: Flask, **_: object) -> None:
        if request.path.startswith(_OWN_PATHS) or not state.is_chosen():
            return
        recording = Recording("request", f"{request.method} {request.path}")
        begin_recording(recording)
        state.sampler.begin(recording)

    def finish(_app: Flask, response: Response, **_: object) -> None:
        recording = find_recording()
        if recording is not None:
            describe_response(recording, response)
            add_links(response, recording)
            if state.settings.bar:
                add_bar(response, recording)

    def fail(_app: Flask, exception: BaseException, **_: object) -> None:
        recording = find_recording()
        if recording is None or not has_request_context():
            return
        add_exception(recording, exception)
        recording.summary.status = "500"

    def leave(_app: Flask, **_: object) -> None:
        recording = find_recording()
        if recording is not None:
            # Here, because the context of the request ends before that of the app.
            describe_request(recording, names)

    state.listen(request_started, begin, app)
    state.listen(request_finished, finish, app)
    state.listen(got_request_exception, fail, app)
    state.listen(request_tearing_down, leave, app)


def add_links(response: Response, recording: Recording) -> None:
    """Name the trace in the headers, so that clients of an API find theirs."""
    trace_id = recording.summary.id
    # Not url_for, which takes as long as a query.
    link = f"{request.script_root}/-/debug/traces/{trace_id}"
    response.headers.extend({"X-Debug-Token": trace_id, "X-Debug-Token-Link": link})


def add_exception(recording: Recording, exception: BaseException) -> None:
    """Record an exception with the line of the site's code that it left last."""
    place, frames = "", traceback.extract_tb(exception.__traceback__)
    for frame in frames:
        if is_own_file(frame.filename):
            place = f"{frame.filename}:{frame.lineno}"
    # Errors of SQLAlchemy have the values of the statement in their text.
    reason = getattr(exception, "orig", None) or exception
    text = f"{type(exception).__name__}: {redact_text(str(reason))}"
    recording.add("exception", text, place=place)


def describe_response(recording: Recording, response: Response) -> None:
    """Record what was answered."""
    summary, detail = recording.summary, recording.detail
    summary.status = str(response.status_code)
    detail.response = show_headers(response.headers)
    size = response.content_length
    if size is not None:
        detail.facts["size"] = str(size)


def describe_request(recording: Recording, names: dict[str, str]) -> None:
    """Record what was asked for, without secrets.

    `names` are those of the views that were asked for before, by their endpoints.
    """
    detail = recording.detail
    rule, endpoint = request.url_rule, request.endpoint or ""
    recording.summary.route = rule.rule if rule is not None else ""
    query = redact_query(request.query_string.decode("latin-1"))
    facts = {
        "request_id": request_id() or "",
        "endpoint": endpoint,
        "view": names.get(endpoint) or _name_view(endpoint, names),
        "query": query,
        "client": request.remote_addr or "",
        "memory_blocks": str(sys.getallocatedblocks() - recording.blocks),
    }
    detail.facts |= {name: value for name, value in facts.items() if value}
    detail.request = show_headers(request.headers)
    for name, values in _list_form():
        detail.facts[f"form: {name}"] = values


def show_headers(headers: Any) -> dict[str, str]:
    """Return headers as they may be shown."""
    shown: dict[str, str] = {}
    for name, value in headers:
        is_hidden = _hidden.get(name)
        if is_hidden is None:
            is_hidden = _hidden[name] = _is_hidden(name)
        text = HIDDEN if is_hidden else value
        if "://" in text:
            text = redact_text(text)
        if len(text) > _MAX_HEADER:
            text = shorten(text, _MAX_HEADER)
        shown[name] = f"{shown[name]}, {text}" if name in shown else text
    return shown


def _is_hidden(name: str) -> bool:
    return name.lower() in _HIDDEN_HEADERS or is_secret_name(name)


def _list_form() -> Iterator[tuple[str, str]]:
    # Only what the view has parsed: reading it here could end in an error.
    form = vars(request).get("form")
    for name, values in form.lists() if form else ():
        hidden = is_secret_name(name)
        yield name, HIDDEN if hidden else shorten(", ".join(values), _MAX_HEADER)


def _name_view(endpoint: str, names: dict[str, str]) -> str:
    view = current_app.view_functions.get(endpoint)
    if view is None:
        return ""
    function = inspect.unwrap(getattr(view, "view_class", view))
    name = names[endpoint] = f"{function.__module__}.{function.__qualname__}"
    return name
