"""The data of a chart: pairs of a label and a number, in one series or several."""

import math
from collections.abc import Mapping
from typing import Any

Series = tuple[str, list[tuple[str, float]]]
_MOST_SERIES, _MOST_POINTS = 4, 400


def make_series(result: Any) -> list[Series]:
    """Return the series of what a function of a site has returned.

    That is pairs, a mapping of labels to numbers, or a mapping of names to either.
    """
    if isinstance(result, Mapping):
        values = [*result.values()]
        if values and all(_is_many(value) for value in values):
            named = [*result.items()][:_MOST_SERIES]
            return [(str(name), _make_points(value)) for name, value in named]
    return [("", _make_points(result))]


def list_rows(series: list[Series]) -> list[tuple[str, list[str]]]:
    """Return the rows of a table: a label, and a number of each series."""
    labels = dict.fromkeys(label for _, points in series for label, _ in points)
    values = [dict(points) for _, points in series]
    return [(label, [_write(each.get(label)) for each in values]) for label in labels]


def format_number(value: float) -> str:
    """Return a number without needless digits."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _write(value: float | None) -> str:
    return "" if value is None else format_number(value)


def _is_many(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple)


def _make_points(result: Any) -> list[tuple[str, float]]:
    pairs = result.items() if isinstance(result, Mapping) else result
    points = []
    for label, value in pairs:
        number = 0.0 if value is None else float(value)
        if math.isfinite(number):
            points.append((str(label), number))
        if len(points) == _MOST_POINTS:
            break
    return points
