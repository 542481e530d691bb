"""A pytest plugin that runs a foreign suite on one side: stock, engine or Carboy.

It is loaded with `-p side` by `scripts/conformance`, before the suite imports Flask.
"""

import importlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import _pytest.monkeypatch
import flask
import pytest

SIDES = ("stock", "engine", "carboy")


def take(side: str) -> None:
    """Put this process on one side; a side that is not there is an ImportError."""
    if side == "engine":
        importlib.import_module("carboy.engine").install()
    elif side == "carboy":
        flask.Flask = importlib.import_module("carboy").Carboy
    elif side != "stock":
        raise ValueError(f"The side must be one of {SIDES}, got {side!r}.")


class Outcomes:
    """The worst outcome of each test's phases, written as JSON at the end."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.by_test: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        known = self.by_test.get(report.nodeid, "passed")
        if known == "passed":
            self.by_test[report.nodeid] = report.outcome

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.by_test[f"collect {report.nodeid}"] = "failed"

    def pytest_sessionfinish(self) -> None:
        self.target.write_text(json.dumps(self.by_test, indent=1), encoding="utf-8")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[Any]:
    """Take the side before the suite's own conftest imports the app class."""
    # pytest 9.2 renamed the marker that Flask 3.1's suite imports by its old name.
    if not hasattr(_pytest.monkeypatch, "notset"):
        _pytest.monkeypatch.notset = _pytest.monkeypatch.NOTSET  # type: ignore[attr-defined]  # put there for the test
    take(os.environ["CONFORMANCE_SIDE"])
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Write the outcomes to the file that the caller named."""
    target = Path(os.environ["CONFORMANCE_OUTCOMES"])
    config.pluginmanager.register(Outcomes(target), "conformance-outcomes")
