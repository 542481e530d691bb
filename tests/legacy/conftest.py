"""The door, opened for one test and closed after it."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from celery import _state
from sqlalchemy import orm

import carboy.legacy
from carboy.legacy.themes import OLD_MODULES
from carboy.legacy.uses import clear_uses

# The import opens it, and other tests of this process want none of it.
carboy.legacy.close_door()


@pytest.fixture(autouse=True)
def report_path(tmp_path, monkeypatch) -> Path:
    """Where uses are recorded, instead of in the user's cache."""
    path = tmp_path / "uses.jsonl"
    monkeypatch.setenv("LEGACY_REPORT", str(path))
    clear_uses()
    return path


@pytest.fixture(autouse=True)
def shared_tasks() -> Iterator[None]:
    """Forget the tasks that old code shares with every app of Celery."""
    shared = _state._on_app_finalizers
    before = set(shared)
    yield
    shared.intersection_update(before)


@pytest.fixture
def door() -> Iterator[None]:
    """The door is open; old packages are ours, installed or not."""
    installed = [n for n in sys.modules if n.partition(".")[0] in OLD_MODULES]
    others = {name: sys.modules.pop(name) for name in installed}
    os.environ["LEGACY_PACKAGES"] = "all"
    carboy.legacy.open_door()
    try:
        yield
    finally:
        carboy.legacy.close_door()
        del os.environ["LEGACY_PACKAGES"]
        for name in [n for n in sys.modules if n.partition(".")[0] in OLD_MODULES]:
            del sys.modules[name]
        sys.modules.update(others)


@pytest.fixture
def run_old(door, tmp_path) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Run a text as the file `old.py`, and return its names."""

    made: list[dict[str, Any]] = []

    def run(text: str) -> dict[str, Any]:
        path = tmp_path / "old.py"
        path.write_text(text)
        names: dict[str, Any] = {"__name__": "old", "__file__": str(path)}
        made.append(names)
        exec(compile(text, str(path), "exec"), names)  # noqa: S102 - the test wrote it
        return names

    yield run
    for value in (value for names in made for value in names.values()):
        if isinstance(value, orm.Session | sa.Connection):
            value.close()
    for value in (value for names in made for value in names.values()):
        if isinstance(value, sa.Engine):
            value.dispose()


@pytest.fixture
def edits() -> Callable[[], list[str]]:
    """The edits of all uses so far."""
    return lambda: [use.edit for use in carboy.legacy.list_uses()]
