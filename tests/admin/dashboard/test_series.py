"""What a function returns becomes series of numbers."""

import datetime as dt
from decimal import Decimal

from carboy.admin.dashboard import make_series
from carboy.admin.dashboard.series import list_rows


def test_pairs_mappings_and_several_series_are_read() -> None:
    day = dt.date(2026, 11, 30)

    assert make_series([(day, Decimal("1.5")), ("x", None)]) == [
        ("", [("2026-11-30", 1.5), ("x", 0.0)])
    ]
    assert make_series({"a": 1}) == [("", [("a", 1.0)])]
    series = make_series({"x": [("a", 1)], "y": {"b": 2.5}})
    assert series == [("x", [("a", 1.0)]), ("y", [("b", 2.5)])]
    assert list_rows(series) == [("a", ["1", ""]), ("b", ["", "2.50"])]
    assert make_series([("a", float("nan")), ("b", float("inf"))]) == [("", [])]
    assert len(make_series([(n, n) for n in range(9_999)])[0][1]) == 400
