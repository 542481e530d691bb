"""A card shows what its function returns; one that fails is alone in that."""

import logging
from typing import Any

import pytest

from carboy.admin.dashboard import NUMBER, CardResult, DashboardCard, compute_card


def compute(value: Any, kind: str = NUMBER) -> CardResult:
    card = DashboardCard("card", "Card", object, kind, lambda: value)
    return compute_card(card, lambda: None)


def test_numbers_and_texts_are_written() -> None:
    assert compute(1234567).value == "1,234,567"
    assert compute("12 %").value == "12 %"
    assert compute([], "bars").problem == "No data yet."
    assert "<svg" in compute({"a": 1}, "line").value


def test_a_failure_is_logged_and_undone(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> int:
        msg = "the secret reason"
        raise RuntimeError(msg)

    undone: list[bool] = []
    card = DashboardCard("fail", "Card", object, NUMBER, fail)
    with caplog.at_level(logging.ERROR, "carboy.admin"):
        result = compute_card(card, lambda: undone.append(True))

    assert result.problem == "It could not be computed."
    assert undone == [True]
    assert "fail" in caplog.text
