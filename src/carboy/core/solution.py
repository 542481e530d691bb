"""The type of a solution: what to do about a mistake, with buttons that do it.

The development server shows solutions on its error pages; other tools may list them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask import Flask

from .check import Check


@dataclass(frozen=True, slots=True)
class Action:
    """A button: `run` does what the label says, and returns what was done.

    It is called in development only, with the context of the app pushed.
    """

    label: str
    run: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Solution:
    """What is wrong, why, and what to do: by hand (`steps`) or by a button."""

    title: str
    explanation: str
    steps: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()


# What a solution may be for: an exception, or what a check reports.
Mistake = BaseException | Check
Solver = Callable[[Flask, Mistake], Solution | None]


def find_solution(
    app: Flask, solvers: Iterable[Solver], mistake: Mistake
) -> Solution | None:
    """Return the first solution that a solver has for the mistake or its cause."""
    known = tuple(solvers)
    for each in _list_causes(mistake):
        for solver in known:
            try:
                solution = solver(app, each)
            # A page about one error must not end in another one.
            except Exception as error:  # noqa: BLE001 - whatever a solver raises
                app.logger.debug("The solver %r failed: %r", solver, error)
                continue
            if solution is not None:
                return solution
    return None


def _list_causes(mistake: Mistake) -> Iterator[Mistake]:
    current: BaseException | None = None
    seen: set[int] = set()
    yield mistake
    if isinstance(mistake, BaseException):
        current = mistake.__cause__ or mistake.__context__
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
