"""The pages below /-/debug, and the same as JSON below /-/debug/api."""

from pathlib import Path
from typing import Any

import msgspec
from flask import (
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)

from carboy.core import Wiring
from carboy.translation import lazy_gettext
from carboy.ui import HashedFiles, make_time

from .access import guarded
from .flame_graph import draw_flame_graph
from .recorder_state import RecorderState
from .timeline import draw_timeline
from .trace import Summary, Trace, TraceEvent
from .warnings import group_queries

_FOLDER = Path(__file__).parent
_LISTED = 200
# A page with more would be slow to open; the API has all.
_SHOWN_QUERIES = 100

_files = HashedFiles(_FOLDER / "static")

LABELS = {
    "query": lazy_gettext("Queries"),
    "cache": lazy_gettext("Cache"),
    "template": lazy_gettext("Templates"),
    "log": lazy_gettext("Log"),
    "exception": lazy_gettext("Exceptions"),
    "redirect": lazy_gettext("Redirects"),
    "mail": lazy_gettext("Mails"),
    "task": lazy_gettext("Tasks"),
}
WARNINGS = {
    "loop": lazy_gettext("queries in a loop"),
    "repeated": lazy_gettext("repeated queries"),
    "exception": lazy_gettext("exception"),
    "log": lazy_gettext("error in the log"),
}


def add_pages(wiring: Wiring, state: RecorderState) -> None:
    """Add the pages, each behind the guard."""
    pages = Pages(state)
    for rule, name, view in (
        ("/", "traces", pages.list_traces),
        ("/traces/<trace_id>", "trace", pages.show_trace),
        ("/api/traces", "api_traces", pages.list_as_json),
        ("/api/traces/<trace_id>", "api_trace", pages.show_as_json),
    ):
        wiring.route(
            f"/-/debug{rule}", guarded(state, view), endpoint=f"recorder.{name}"
        )
    wiring.route(
        "/-/debug/clear",
        guarded(state, pages.clear, writes=True),
        endpoint="recorder.clear",
        methods=["POST"],
    )
    wiring.route("/-/debug/static/<name>", _static, endpoint="recorder.static")
    wiring.templates(_FOLDER / "templates")


class Pages:
    """The views, which share the file of traces."""

    def __init__(self, state: RecorderState) -> None:
        self._state = state

    def list_traces(self) -> str:
        """List the last traces, filtered by kind and by words."""
        kind, words = request.args.get("kind", ""), request.args.get("q", "").strip()
        rows = [
            row
            for row in self._state.list_summaries()
            if kind in {"", row.kind} and words.lower() in row.name.lower()
        ]
        return self._render("traces", rows=rows[:_LISTED], kind=kind, words=words)

    def show_trace(self, trace_id: str) -> str:
        """Show one trace with all that happened in it."""
        trace = self._get(trace_id)
        events = trace.detail.events
        queries = [event for event in events if event.kind == "query"]
        summary = trace.summary
        return self._render(
            "trace",
            trace=trace,
            summary=summary,
            detail=trace.detail,
            queries=queries[:_SHOWN_QUERIES],
            more_queries=max(0, len(queries) - _SHOWN_QUERIES),
            groups=group_queries(events),
            others=_group_others(events),
            timeline=draw_timeline(summary, events),
            flame=draw_flame_graph(trace.detail.samples, self._shorten),
            links=self._list_links(trace),
        )

    def list_as_json(self) -> Response:
        """Return the last traces."""
        limit = min(max(1, request.args.get("limit", 50, type=int)), _LISTED)
        return _answer({"traces": self._state.list_summaries(limit)})

    def show_as_json(self, trace_id: str) -> Response:
        """Return one trace with the links of its pages."""
        trace = self._get(trace_id)
        url = url_for("recorder.trace", trace_id=trace.summary.id)
        return _answer({
            "summary": trace.summary,
            "detail": trace.detail,
            "groups": group_queries(trace.detail.events),
            "url": url,
        })

    def clear(self) -> Any:
        """Forget all traces."""
        self._state.clear()
        return redirect(url_for("recorder.traces"), 303)

    def _get(self, trace_id: str) -> Trace:
        trace = self._state.find(trace_id)
        return abort(404) if trace is None else trace

    def _list_links(self, trace: Trace) -> list[Summary]:
        """Return the traces of the runs that it asked for, and of who asked for it."""
        run, runs = trace.summary.run, set(trace.summary.runs)
        return [
            other
            for other in self._state.list_summaries(1000)
            if (run and run in other.runs)
            or (other.kind == "task" and other.run in runs)
        ]

    def _shorten(self, place: str) -> str:
        """Return a place without the folder of the project."""
        folder = str(Path(current_app.root_path).parent)
        return place.replace(f"{folder}/", "")

    def _render(self, template: str, **values: Any) -> str:
        return render_template(
            f"recorder/{template}.html",
            labels=LABELS,
            warning_labels=WARNINGS,
            when=make_time,
            shorten=self._shorten,
            recorder_css=f"{url_for('recorder.static', name='recorder.css')}",
            **values,
        )


def _group_others(events: list[TraceEvent]) -> dict[str, list[TraceEvent]]:
    groups: dict[str, list[TraceEvent]] = {}
    for event in events:
        if event.kind != "query":
            groups.setdefault(event.kind, []).append(event)
    order = list(LABELS)
    return dict(sorted(groups.items(), key=lambda item: order.index(item[0])))


def _answer(content: object) -> Response:
    return Response(msgspec.json.encode(content), mimetype="application/json")


def _static(name: str) -> Response:
    answer = _files.respond(_files.digest(name) or "", name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
