"""What is recorded: a trace of each request or task, and its events."""

from typing import Any, Literal

import msgspec

TraceKind = Literal["request", "task"]
EventKind = Literal[
    "query", "cache", "template", "log", "exception", "redirect", "mail", "task"
]

# More than anybody reads; a loop of a million queries must not fill the memory.
MAX_EVENTS = 1000
MAX_TEXT = 4000


class TraceEvent(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Something that happened in a trace.

    `start` and `seconds` are counted from the start of the trace. `place` is the line
    of the site's code, or of its template, that caused it.
    """

    kind: EventKind
    text: str
    start: float = 0.0
    seconds: float = 0.0
    place: str = ""
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class Summary(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a list of traces shows of each."""

    id: str
    kind: TraceKind
    name: str
    started: float
    seconds: float = 0.0
    status: str = ""
    route: str = ""
    process: int = 0
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    query_seconds: float = 0.0
    # The run of a task, and the runs that it asked for: by these, traces are linked.
    run: str = ""
    runs: tuple[str, ...] = ()
    # A repeated query, an exception: what is worth a look.
    warnings: tuple[str, ...] = ()

    @property
    def is_failure(self) -> bool:
        """Whether it ended with an error of the site."""
        return self.status.startswith("5") or self.status == "failed"


class Detail(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What the page of one trace shows beside its summary."""

    facts: dict[str, str] = msgspec.field(default_factory=dict)
    request: dict[str, str] = msgspec.field(default_factory=dict)
    response: dict[str, str] = msgspec.field(default_factory=dict)
    events: list[TraceEvent] = msgspec.field(default_factory=list)
    # How many events came after the last one that was kept.
    left_out: int = 0
    # Stacks that the profiler saw, the outermost call first, and how often.
    samples: dict[str, int] = msgspec.field(default_factory=dict)


class Trace(msgspec.Struct, kw_only=True):
    """A trace as it is stored."""

    summary: Summary
    detail: Detail


def shorten(text: str, length: int = MAX_TEXT) -> str:
    """Return `text` with at most `length` characters."""
    return text if len(text) <= length else f"{text[:length]}…"
