"""A worker that cannot claim runs says so at once and again each minute."""

import logging

import pytest

from carboy.tasks.worker.claiming import Claiming
from tests.clock import Clock


def test_a_problem_is_logged_at_once_each_minute_and_when_it_is_gone(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    claiming = Claiming(clock)
    caplog.set_level(logging.INFO, "carboy.tasks")

    for _ in range(90):
        claiming.failed(OSError("disk full\n[SQL: UPDATE ...]"))
        clock.advance(1)
    assert claiming.problem == "OSError: disk full"
    claiming.succeeded()
    claiming.succeeded()

    assert claiming.problem is None
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 2 + [
        "WARNING"
    ]
    assert "after 90 s" in caplog.messages[-1]
