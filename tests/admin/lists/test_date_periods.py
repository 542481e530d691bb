"""Years, months and days are read, written, and lie within each other."""

import datetime as dt

import pytest

from carboy.admin.lists import DatePeriod, list_years, parse_period


def test_periods_begin_and_end() -> None:
    year, month, day = (parse_period(x) for x in ("2024", "2024-02", "2024-02-29"))

    assert year == DatePeriod(2024)
    assert month is not None
    assert (month.start, month.end) == (dt.date(2024, 2, 1), dt.date(2024, 3, 1))
    assert day is not None
    assert day.end == dt.date(2024, 3, 1)
    assert day.list_above() == [year, month, day]
    assert [each.text for each in month.list_within()][-1] == "2024-02-29"
    assert len(DatePeriod(2024).list_within()) == 12
    assert day.list_within() == []
    assert next(each.year for each in list_years(1000, 2024)) == 1985


@pytest.mark.parametrize(
    "text", ["", "0000", "2024-13", "2024-00", "2023-02-29", "24", "9999", "٢٠٢٤", "x"]
)
def test_other_texts_are_none(text: str) -> None:
    assert parse_period(text) is None
