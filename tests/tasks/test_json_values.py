"""Dates and decimals survive as JSON, as Celery writes them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from kombu.utils import json as celerys

from carboy.tasks.json_values import dumps, loads

_VALUE = {"at": datetime(2026, 1, 2, tzinfo=UTC), "price": Decimal("1.10"), "é": [1]}


def test_values_come_back_as_they_were() -> None:
    assert loads(dumps(_VALUE)) == _VALUE


def test_they_are_written_and_read_as_by_celery() -> None:
    assert dumps(_VALUE) == celerys.dumps(_VALUE)
    assert celerys.loads(dumps(_VALUE)) == _VALUE


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        dumps(object())
