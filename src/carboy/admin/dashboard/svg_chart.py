"""Charts as SVG: no script, no style attribute, colours by the style sheet."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from .series import Series, format_number

_WIDTH, _HEIGHT = 600, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 592, 12, 190
_STEPS, _MOST_LABELS = 4, 6
_UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
_SVG = Markup('<svg viewBox="0 0 {0} {1}" role="img" aria-label="{2}">{3}{4}</svg>')


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where values and labels are on the drawing."""

    low: float
    high: float
    step: float
    count: int

    def y(self, value: float) -> float:
        part = (value - self.low) / (self.high - self.low)
        return round(_BOTTOM - part * (_BOTTOM - _TOP), 1)

    @property
    def width(self) -> float:
        return (_RIGHT - _LEFT) / max(self.count, 1)

    def x(self, position: int) -> float:
        """Return the middle of a label's room."""
        return round(_LEFT + (position + 0.5) * self.width, 1)


def draw_chart(series: list[Series], kind: str, label: str) -> Markup:
    """Return a drawing of bars or lines, with a legend of several series."""
    labels = [*dict.fromkeys(name for _, points in series for name, _ in points)]
    values = [value for _, points in series for _, value in points]
    scale = _make_scale(values, len(labels))
    draw = _draw_lines if kind == "line" else _draw_bars
    marks = Markup("").join(draw(series, labels, scale))
    axes = Markup("").join(_draw_axes(labels, scale))
    drawing = _SVG.format(_WIDTH, _HEIGHT, label, axes, marks)
    return _draw_legend(series) + drawing if len(series) > 1 else drawing


def _make_scale(values: list[float], count: int) -> _Scale:
    """Return a scale that begins at zero and ends at a round number."""
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    size = (high - low) / _STEPS or 1.0
    power = 10.0 ** math.floor(math.log10(size))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= size)
    if step < 1 and all(value == int(value) for value in values):
        step = 1.0
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    return _Scale(low, high if high > low else low + step, step, count)


def _draw_axes(labels: list[str], scale: _Scale) -> Iterator[Markup]:
    steps = round((scale.high - scale.low) / scale.step)
    for number in range(steps + 1):
        value = scale.low + number * scale.step
        y = scale.y(value)
        yield Markup(
            '<line class="chart-grid" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>'
            '<text class="chart-text" x="{3}" y="{4}" text-anchor="end">{5}</text>'
        ).format(_LEFT, _RIGHT, y, _LEFT - 6, y + 4, _shorten(value))
    every = max(math.ceil(len(labels) / _MOST_LABELS), 1)
    for position in range(0, len(labels), every):
        text = labels[position]
        yield Markup(
            '<text class="chart-text" x="{}" y="{}" text-anchor="middle">{}</text>'
        ).format(
            min(max(scale.x(position), _LEFT + 14), _RIGHT - 14),
            _HEIGHT - 10,
            text if len(text) < 15 else f"{text[:13]}…",
        )


def _draw_bars(
    series: list[Series], labels: list[str], scale: _Scale
) -> Iterator[Markup]:
    room = scale.width * 0.72
    width = max(min(room / len(series), 48), 0.5)
    zero = scale.y(0)
    for number, (name, points) in enumerate(series):
        for label, value in points:
            middle = scale.x(labels.index(label))
            left = middle + (number - len(series) / 2) * width
            top = min(scale.y(value), zero)
            yield Markup(
                '<rect class="chart-bar chart-{}" x="{}" y="{}" width="{}" '
                'height="{}" rx="2"><title>{}</title></rect>'
            ).format(
                number,
                round(left, 1),
                top,
                round(width - min(1, width / 5), 1),
                round(abs(scale.y(value) - zero), 1),
                _describe(name, label, value),
            )


def _draw_lines(
    series: list[Series], labels: list[str], scale: _Scale
) -> Iterator[Markup]:
    for number, (name, points) in enumerate(series):
        places = [(scale.x(labels.index(label)), scale.y(v)) for label, v in points]
        path = " ".join(f"{x},{y}" for x, y in places)
        if len(series) == 1 and places:
            zero = scale.y(0)
            area = f"{places[0][0]},{zero} {path} {places[-1][0]},{zero}"
            yield Markup('<polygon class="chart-area chart-0" points="{}"/>').format(
                area
            )
        yield Markup('<polyline class="chart-line chart-{}" points="{}"/>').format(
            number, path
        )
        for (x, y), (label, value) in zip(places, points, strict=True):
            yield Markup(
                '<circle class="chart-dot" cx="{}" cy="{}" r="5">'
                "<title>{}</title></circle>"
            ).format(x, y, _describe(name, label, value))


def _draw_legend(series: list[Series]) -> Markup:
    entry = Markup(
        '<li><svg viewBox="0 0 10 10" aria-hidden="true">'
        '<rect class="chart-{}" width="10" height="10" rx="2"/></svg>{}</li>'
    )
    entries = (entry.format(number, name) for number, (name, _) in enumerate(series))
    return Markup('<ul class="admin-legend">{}</ul>').format(Markup("").join(entries))


def _describe(name: str, label: str, value: float) -> str:
    start = f"{name}, {label}" if name else label
    return f"{start}: {format_number(value)}"


def _shorten(value: float) -> str:
    for size, unit in _UNITS:
        if abs(value) >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
