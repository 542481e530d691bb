"""Draws when each event of a trace happened, as an SVG of one row per kind."""

from dataclasses import dataclass

from .trace import Summary, TraceEvent

WIDTH = 1000
_ROW = 18
_GAP = 6
_LEAST = 2.0


@dataclass(frozen=True, slots=True)
class TimelineBar:
    """One event in the picture."""

    kind: str
    x: float
    y: float
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture: its size, its bars, and the kinds of its rows."""

    width: int
    height: int
    row: int
    bars: list[TimelineBar]
    rows: list[tuple[str, float]]


def draw_timeline(summary: Summary, events: list[TraceEvent]) -> Timeline:
    """Return the bars of all events, of each kind in a row of its own."""
    kinds = list(dict.fromkeys(event.kind for event in events))
    tops = {kind: index * (_ROW + _GAP) for index, kind in enumerate(kinds)}
    total = max(summary.seconds, 0.000_001)
    bars = []
    for event in events:
        x = min(max(event.start / total, 0), 1) * WIDTH
        width = max(event.seconds / total * WIDTH, _LEAST)
        milliseconds = f"{event.seconds * 1000:.2f} ms"
        title = f"{' '.join(event.text.split())[:100]} · {milliseconds}"
        bars.append(
            TimelineBar(
                event.kind,
                round(min(x, WIDTH - _LEAST), 1),
                tops[event.kind],
                round(min(width, WIDTH - x + _LEAST), 1),
                title,
            )
        )
    height = max(len(kinds) * (_ROW + _GAP) - _GAP, 0)
    return Timeline(WIDTH, height, _ROW, _merge(bars), list(tops.items()))


def _merge(bars: list[TimelineBar]) -> list[TimelineBar]:
    """Leave out bars that lie below one that is drawn: a thousand would be too much."""
    drawn: dict[tuple[str, float], TimelineBar] = {}
    for bar in bars:
        key = (bar.kind, round(bar.x / 2))
        if key not in drawn or drawn[key].width < bar.width:
            drawn[key] = bar
    return list(drawn.values())
