"""Texts of filters become values of their columns, or errors."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from carboy.admin.lists import OPERATOR_TEXTS, OPERATORS, FilterError
from carboy.admin.lists.filter_values import Moment, read_value
from carboy.admin.schema.attributes import list_attributes
from tests.admin import zoo

ATTRIBUTES = list_attributes(sa.inspect(zoo.Everything), {})
NOW = dt.datetime(2026, 11, 30, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
# Of a column without a zone.
MIDNIGHT = NOW.replace(hour=0, tzinfo=None)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("small", "-7", -7),
        ("price", "1.50", Decimal("1.50")),
        ("ratio", "0.5", 0.5),
        ("flag", "Yes", True),
        ("day", "today", NOW.date()),
        ("size", "m", "m"),
        ("moment", "2026-11-30T12:00:00+00:00", Moment(NOW, NOW)),
        ("moment", "-24h", Moment(NOW - DAY, NOW - DAY)),
        ("naive", "2026-11-30", Moment(MIDNIGHT, MIDNIGHT + DAY)),
    ],
)
def test_values_are_read(name: str, text: str, value: Any) -> None:
    assert read_value(ATTRIBUTES[name], text, NOW) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("small", "x"), ("small", "1" * 30), ("price", "inf"), ("flag", "2")),
        *(("size", "xl"), ("moment", "x"), ("text", "a\0"), ("clock", "25:00")),
    ],
)
def test_what_is_no_value_is_an_error(name: str, text: str) -> None:
    with pytest.raises(FilterError):
        read_value(ATTRIBUTES[name], text, NOW)


def test_each_operator_has_a_text() -> None:
    assert {each for row in OPERATORS.values() for each in row} <= {*OPERATOR_TEXTS}
