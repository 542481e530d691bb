"""Runs the tests that an application ships, on stock Flask and on the engine."""

import json
import os
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .catalogue import Application, Suite
from .environments import CACHE, ROOT, Environment, add_packages
from .sdists import fetch_sdist

PLUGIN = ROOT / "tests" / "engine" / "conformance"
SIDES = ("stock", "engine")
_TIMEOUT = 1800
_TRIES = 2


@dataclass(frozen=True)
class SuiteResult:
    """Outcomes by side, and the tests that end differently on them."""

    counts: dict[str, dict[str, int]]
    differences: list[str] = field(default_factory=list)
    unstable: list[str] = field(default_factory=list)
    """Tests that differed in one run and not in the next."""
    note: str = ""


class SuiteError(Exception):
    """Raised when pytest does not get to the end."""


def run_suite(application: Application, environment: Environment) -> SuiteResult | None:
    """Return the results of both sides; None without tests."""
    suite = application.suite
    if suite is None:
        return None
    add_packages(environment, ("pytest", *suite.packages))
    folder = fetch_sdist(application.sdist) / suite.folder
    outcomes = {
        side: _run_side(application, environment, folder, side, suite.arguments)
        for side in SIDES
    }
    differing = _list_differing(outcomes)
    differed = set(differing)
    for _ in range(_TRIES):
        # A test that depends on time or order ends differently on one side, too.
        if not differing:
            break
        again = {
            side: _run_side(application, environment, folder, side, suite.arguments)
            for side in SIDES
        }
        differed |= _list_differing(again)
        differing &= _list_differing(again)
        outcomes = again
    return SuiteResult(
        {side: dict(Counter(outcomes[side].values())) for side in SIDES},
        [
            f"{test}: {outcomes['stock'].get(test, 'absent')} on stock, "
            f"{outcomes['engine'].get(test, 'absent')} on the engine"
            for test in sorted(differing)
        ],
        sorted(differed - differing),
        suite.note,
    )


def _list_differing(outcomes: dict[str, dict[str, str]]) -> set[str]:
    stock, engine = outcomes["stock"], outcomes["engine"]
    return {test for test in {*stock, *engine} if stock.get(test) != engine.get(test)}


def _run_side(
    application: Application,
    environment: Environment,
    folder: Path,
    side: str,
    arguments: tuple[str, ...],
) -> dict[str, str]:
    target = CACHE / application.slug / f"outcomes-{side}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    suite = application.suite or Suite()
    variables = {
        **os.environ,
        **suite.variables,
        "PATH": f"{environment.folder / 'bin'}:{os.environ['PATH']}",
        "CONFORMANCE_SIDE": side,
        "CONFORMANCE_OUTCOMES": str(target),
        "PYTHONPATH": f"{PLUGIN}:{folder}",
        "PYTHONHASHSEED": "0",
    }
    command = [environment.python, "-m", "pytest", "-q", "--tb=short", "-p", "side"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT,
    )
    output = done.stdout + done.stderr
    log = CACHE / application.slug / f"tests-{side}.log"
    log.write_text(output)
    if not target.exists():
        raise SuiteError(f"pytest did not run on {side}:\n{output[-3000:]}")
    outcomes: dict[str, str] = json.loads(target.read_text())
    if "passed" not in outcomes.values():
        raise SuiteError(f"no test passed on {side}:\n{output[-3000:]}")
    return outcomes
