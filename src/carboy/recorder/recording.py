"""A trace that is being recorded, and how batteries add what happens to it."""

import os
import secrets
import sys
import threading
import time
from typing import Any

from flask import has_app_context

from carboy.core import ContextState

from .trace import (
    MAX_EVENTS,
    Detail,
    EventKind,
    Summary,
    Trace,
    TraceEvent,
    TraceKind,
    shorten,
)


class Recording:
    """The trace of a request or task that has not ended."""

    def __init__(self, kind: TraceKind, name: str, trace_id: str = "") -> None:
        self.summary = Summary(
            id=trace_id or secrets.token_hex(8),
            kind=kind,
            name=shorten(name, 500),
            started=time.time(),
            process=os.getpid(),
        )
        self.detail = Detail()
        self.begin = time.perf_counter()
        self.thread = threading.get_ident()
        self.blocks = sys.getallocatedblocks()
        self.is_in_cache = False
        # When the templates began that are being rendered, the outermost first.
        self.starts: list[float] = []

    def add(
        self,
        kind: EventKind,
        text: str,
        *,
        seconds: float = 0.0,
        place: str = "",
        data: dict[str, Any] | None = None,
    ) -> None:
        """Add an event that has just ended, and took `seconds`."""
        counts = self.summary.counts
        counts[kind] = counts.get(kind, 0) + 1
        if kind == "query":
            self.summary.query_seconds += seconds
        if len(self.detail.events) >= MAX_EVENTS:
            self.detail.left_out += 1
            return
        start = time.perf_counter() - self.begin - seconds
        self.detail.events.append(
            TraceEvent(
                kind=kind,
                text=shorten(text),
                start=start,
                seconds=seconds,
                place=place,
                data=data or {},
            )
        )

    def finish(self) -> Trace:
        """Return the trace."""
        self.summary.seconds = time.perf_counter() - self.begin
        return Trace(summary=self.summary, detail=self.detail)


def _make() -> Recording:
    raise LookupError("Nothing is being recorded.")


_current: ContextState[Recording] = ContextState("recording", _make)


def begin_recording(recording: Recording) -> None:
    """Make `recording` the one of this context."""
    _current.set(recording)


def find_recording() -> Recording | None:
    """Return what is being recorded in this context, or None."""
    return _current.find() if has_app_context() else None


def end_recording() -> None:
    """Record nothing more in this context."""
    _current.pop()
