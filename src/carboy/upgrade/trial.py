"""Run a project's tests, or import its modules, and see what passes."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET


@dataclass(frozen=True, slots=True)
class Trial:
    """What passed and what failed, by name, and whether the command succeeded."""

    passed: frozenset[str]
    failed: frozenset[str]
    is_good: bool
    output: str = ""

    def broken_since(self, before: "Trial") -> list[str]:
        """Return what passed before and does not pass now."""
        if not before.passed and before.is_good and not self.is_good:
            return ["the command"]
        return sorted(before.passed - self.passed)

    def describe(self) -> str:
        """Return the numbers in words."""
        if not self.passed and not self.failed:
            return "succeeds" if self.is_good else "fails"
        return f"{len(self.passed)} passed, {len(self.failed)} failed"


def run_trial(folder: Path, command: str) -> Trial:
    """Run a command in a folder; without one, import all modules and list routes."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.xml")
        if not command:
            return _probe(folder)
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        options = environment.get("PYTEST_ADDOPTS", "")
        environment["PYTEST_ADDOPTS"] = f"{options} --junitxml={report}".strip()
        done = subprocess.run(  # noqa: S602 - the user's own command, as it is written
            command,
            shell=True,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        passed, failed = _read_report(report)
    output = (done.stdout + done.stderr)[-4000:]
    return Trial(passed, failed, done.returncode == 0, output)


def _read_report(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the tests that passed and failed; none if pytest was not run."""
    passed: set[str] = set()
    failed: set[str] = set()
    try:
        cases = list(ET.parse(path).iter("testcase"))  # noqa: S314 - pytest wrote it
    except (OSError, ET.ParseError):
        return frozenset(), frozenset()
    for case in cases:
        name = f"{case.get('classname')}::{case.get('name')}"
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failed.add(name)
        elif "skipped" not in kinds:
            passed.add(name)
    return frozenset(passed - failed), frozenset(failed)


def _probe(folder: Path) -> Trial:
    program = Path(__file__).with_name("import_probe.py")
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(program)],
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    try:
        values = json.loads(done.stdout.rpartition("\n@")[2])
    except ValueError:
        return Trial(frozenset(), frozenset(), is_good=False, output=done.stderr)
    passed, failed = frozenset(values["passed"]), frozenset(values["failed"])
    return Trial(passed, failed, not failed, "\n".join(sorted(failed)))
