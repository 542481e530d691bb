"""How long runs waited, as bars that the server draws: plain SVG, no script."""

from collections.abc import Sequence
from dataclasses import dataclass

from carboy.translation import gettext, ngettext

from .view_models import write_span

_BARS = 30
_HEIGHT = 96.0
_MIN_BAR = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of time: where its bar stands, and what it says."""

    x: float
    y: float
    width: float
    height: float
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars, and the numbers beside them."""

    bars: tuple[Bar, ...]
    top: str
    summary: str
    width: int
    height: int


def make_wait_chart(
    waits: Sequence[tuple[float, float]], *, since: float, until: float
) -> Chart:
    """Draw the longest wait in each stretch between `since` and `until`."""
    span = max(until - since, 1.0)
    longest = [0.0] * _BARS
    counts = [0] * _BARS
    for began, waited in waits:
        index = min(max(int((began - since) / span * _BARS), 0), _BARS - 1)
        longest[index] = max(longest[index], waited)
        counts[index] += 1
    top = max(longest, default=0.0) or 1.0
    step = 600 / _BARS
    bars = tuple(
        _bar(index, step, longest[index], counts[index], top)
        for index in range(_BARS)
        if counts[index]
    )
    return Chart(bars, write_span(top), _summary(waits), 600, int(_HEIGHT))


def _bar(index: int, step: float, longest: float, count: int, top: float) -> Bar:
    height = max(_MIN_BAR, longest / top * (_HEIGHT - 4))
    says = ngettext(
        "%(num)s run, longest wait %(time)s",
        "%(num)s runs, longest wait %(time)s",
        count,
        time=write_span(longest),
    )
    return Bar(
        round(index * step + 1, 1),
        round(_HEIGHT - height, 1),
        round(step - 2, 1),
        round(height, 1),
        says,
    )


def _summary(waits: Sequence[tuple[float, float]]) -> str:
    if not waits:
        return gettext("Nothing began in the last hour.")
    ordered = sorted(waited for _, waited in waits)
    middle = write_span(ordered[len(ordered) // 2])
    worst = write_span(ordered[-1])
    return ngettext(
        "%(num)s run began: half waited %(middle)s or less, the longest %(worst)s.",
        "%(num)s runs began: half waited %(middle)s or less, the longest %(worst)s.",
        len(ordered),
        middle=middle,
        worst=worst,
    )
