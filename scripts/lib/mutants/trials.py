"""Run tests on changed packages, each in a fork of a process that is warm.

Most of the time of a short test is the import of SQLAlchemy, Flask and others. They are
imported once, and each trial is a fork that imports the package itself, changed.
"""

import importlib
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest

from .changed_modules import ROOT, import_changed

_OPTIONS: tuple[str, ...] = ("-q", "-x", "-n0", "-p", "no:cacheprovider")
# Plugins that are imported already are not what is tested.
_OPTIONS += ("-W", "ignore::pytest.PytestAssertRewriteWarning")
# A busy machine may take long, and only reports of the unchanged package are read.
_OPTIONS += ("-o", "faulthandler_timeout=0")
# A process that ends by an error of its own has the code 1, as failed tests have.
_BASE = 10
_PASSED, _FAILED = _BASE, _BASE + 1
# What pytest loads by itself, and what is imported anew in each trial.
_NOT_WARMED: tuple[str, ...] = (
    "carboy",
    "tests",
    "lib",
    "conftest",
    "pytest",
    "_pytest",
    "xdist",
)
_NOT_WARMED += ("anyio", "__main__", "__mp_main__")


@dataclass(frozen=True, slots=True)
class Trial:
    """Arguments of pytest, and what files of the package have instead of their text."""

    arguments: tuple[str, ...]
    contents: Mapping[Path, str] = field(default_factory=dict)


def run_trials(trials: Iterable[Trial], jobs: int) -> Iterator[tuple[Trial, bool]]:
    """Run trials, `jobs` at a time; yield each with whether its tests pass."""
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory(prefix="trials-") as folder:
        running: dict[int, tuple[Trial, ForkProcess, Path]] = {}
        for number, trial in enumerate(trials):
            if len(running) >= jobs:
                yield _wait(running)
            output = Path(folder) / str(number)
            # A daemon ends with this process, which may have seen enough.
            process = context.Process(target=_run, args=(trial, output), daemon=True)
            process.start()
            running[process.sentinel] = trial, process, output
        while running:
            yield _wait(running)


def _wait(running: dict[int, tuple[Trial, ForkProcess, Path]]) -> tuple[Trial, bool]:
    ended = wait([*running])[0]
    trial, process, output = running.pop(int(str(ended)))
    process.join()
    if process.exitcode not in {_PASSED, _FAILED}:
        text = output.read_text("utf-8") if output.exists() else ""
        raise SystemExit(f"pytest ended with {process.exitcode}.\n{text}")
    if not trial.contents:
        if process.exitcode == _FAILED:
            print(output.read_text("utf-8"), file=sys.stderr)
        _warm_up(output.with_suffix(".modules"))
    return trial, process.exitcode == _PASSED


def _run(trial: Trial, output: Path) -> None:
    """Run the tests in this process, which is a fork, and end it."""
    with output.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(ROOT)
    import_changed(trial.contents)
    options = [*_OPTIONS, "--tb=no"] if trial.contents else [*_OPTIONS]
    code = _BASE + int(pytest.main([*options, *trial.arguments]))
    output.with_suffix(".modules").write_text("\n".join([*sys.modules]))
    sys.exit(code)


def _warm_up(modules: Path) -> None:
    """Import what the tests have imported and no trial changes."""
    for name in modules.read_text("utf-8").split():
        top = name.partition(".")[0]
        if not top.startswith(_NOT_WARMED) and "pytest" not in name:
            with suppress(Exception):
                importlib.import_module(name)
