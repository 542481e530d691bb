"""What is run in a cell, and what came of it."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from .base_install import check_base_install
from .cells import ROOT, Cell
from .environments import FOLDER, Environment

SIDE = re.compile(r"\b(?:installed|inherited|edge|engine|carboy)\b")
TESTS: dict[str, tuple[str, ...]] = {
    "engine": ("tests/engine",),
    "server": ("tests/server/http", "tests/server/threads"),
    "core": ("tests/core",),
    "db": ("tests/db", "-k", "not mypy"),
}
PARTS = (*TESTS, "base", "conformance", "differential")
# Run extensions that a cell without the extras does not have.
NEEDS_EXTENSIONS = (
    *("--ignore", "tests/engine/test_conformance_extensions.py"),
    *("--ignore", "tests/engine/test_template_translations.py"),
)
# Elsewhere the fast path is off, because it does not know that SQLAlchemy.
NEEDS_FAST_PATH = ("--ignore", "tests/db/fastpath", "-m", "not fast_path")
# They compare thousands of requests: left out of the short form.
SLOW = (
    *("--ignore", "tests/engine/test_replaced_parts.py"),
    *("--ignore", "tests/engine/advisories"),
)


@dataclass(slots=True)
class Result:
    """The counts of one part, and the lines that say what is wrong."""

    passed: int = 0
    skipped: int = 0
    # Tests that stock Flask of the same version fails in the same way.
    as_stock: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        words = [f"{self.passed} passed"]
        words += [f"{self.skipped} skipped"] if self.skipped else []
        words += [f"{self.as_stock} fail as on stock"] if self.as_stock else []
        words += [f"{len(self.wrong)} WRONG"] if self.wrong else []
        return ", ".join(words)


def run_part(name: str, cell: Cell, environment: Environment, *, short: bool) -> Result:
    """Run a part of the tests in the environment of a cell."""
    if name in TESTS:
        return _run_tests(name, cell, environment, short=short)
    if name == "base":
        return _check_base(cell, environment)
    if name == "conformance":
        only = ["--only", "suite"] if short or not cell.is_site else []
        options = ["--sides", *cell.sides, *only]
        counts = r"^(?:engine|carboy) +(\d+) passed"
    else:
        options = ["--requests", "3000", "--no-record", "--seed", "12"]
        counts = r": (\d+) requests to "
    return _run_script(name, options, environment, counts)


def _run_tests(
    name: str, cell: Cell, environment: Environment, *, short: bool
) -> Result:
    report = FOLDER / f"{environment.folder.name}-{name}.xml"
    report.unlink(missing_ok=True)
    options = ["-p", "no:cacheprovider", "--timeout", "600", "-n", "2", "--tb=short"]
    # Cells run beside other work: a slow test is not one that hangs.
    options += ["-o", "faulthandler_timeout=900"]
    if name == "engine":
        options += [] if cell.is_site else NEEDS_EXTENSIONS
        options += SLOW if short else ()
    extra = {}
    if cell.pins.get("sqlalchemy", "").startswith("2.0."):
        options += NEEDS_FAST_PATH
        # Else each check of a site says that it is off.
        extra["DATABASE_FAST_PATH"] = "false"
    command = [environment.python, "-m", "pytest", *TESTS[name], *options]
    output = _run([*command, f"--junitxml={report}"], environment, report, **extra)
    if not report.exists():
        return Result(wrong=[f"{name} did not run:\n{output[-2000:]}"])
    return read_report(report.read_text())


def read_report(text: str) -> Result:
    """Count the outcomes of a JUnit report.

    A test that is run on stock Flask as well may fail on the other sides if it fails
    there: it states what a newer Flask does.
    """
    result = Result()
    failed = []
    root = ElementTree.fromstring(text)  # noqa: S314 - our own file
    for case in root.iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(name)
        elif case.find("skipped") is not None:
            result.skipped += 1
        else:
            result.passed += 1
    on_stock = {name for name in failed if re.search(r"\[(?:.*-)?stock\b", name)}
    for name in failed:
        test, _, sides = name.partition("[")
        if name in on_stock or f"{test}[{SIDE.sub('stock', sides)}" in on_stock:
            result.as_stock += 1
        else:
            result.wrong.append(name)
    return result


def _run_script(
    name: str, options: list[str], environment: Environment, counts: str
) -> Result:
    log = FOLDER / f"{environment.folder.name}-{name}.txt"
    command = [environment.python, str(ROOT / "scripts" / name), *options]
    output = _run(command, environment, log)
    found = re.findall(counts, output, re.MULTILINE)
    result = Result(passed=sum(map(int, found)))
    if not output.endswith("exit 0\n"):
        result.wrong = output.splitlines()[-20:]
    return result


def _run(
    command: list[str], environment: Environment, log: Path, **variables: str
) -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**environment.variables(), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    output = f"{done.stdout}\nexit {done.returncode}\n"
    log.with_suffix(".txt").write_text(output)
    return output


def _check_base(cell: Cell, environment: Environment) -> Result:
    wrong = check_base_install(environment.folder.name, environment.python, cell.pins)
    return Result(passed=1 - bool(wrong), wrong=wrong)
