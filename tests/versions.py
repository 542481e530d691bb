"""Marks for tests that state what only some versions of a dependency do.

`make matrix` runs the tests with the oldest versions that Carboy allows, too.
"""

import re
from importlib.metadata import PackageNotFoundError, version

import pytest


def installed(name: str) -> tuple[int, ...]:
    """Return the numbers in the version of a package, () if it is not installed."""
    try:
        return tuple(map(int, re.findall(r"\d+", version(name))))
    except PackageNotFoundError:
        return ()


def needs(name: str, *numbers: int) -> pytest.MarkDecorator:
    """Skip a test of what a package does from a version on."""
    wanted = ".".join(map(str, numbers))
    reason = f"states what {name} does from {wanted} on"
    return pytest.mark.skipif(installed(name) < numbers, reason=reason)


# Budgets of calls are those of the newest versions: older ones need a call more.
counts_calls = pytest.mark.skipif(
    installed("flask") < (3, 1, 3) or installed("werkzeug") < (3, 1, 9),
    reason="states how many calls the newest Flask and Werkzeug need",
)
