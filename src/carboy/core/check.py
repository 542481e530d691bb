"""The type of a check: what may be wrong with a site before it serves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from flask import Flask

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: a stable id (`auth.E001` stops the start, `auth.W001` warns)."""

    id: str
    message: str
    hint: str = ""

    @property
    def level(self) -> Level:
        """`error` if it stops the start, or else `warning`."""
        return "error" if self.id.rpartition(".")[2].startswith("E") else "warning"

    def __str__(self) -> str:
        text = f"{self.id}: {self.message}"
        return f"{text}\n    {self.hint}" if self.hint else text


Checker = Callable[[Flask], Iterable[Check]]


def run_checks(
    app: Flask, checkers: Sequence[Checker], *, silenced: Iterable[str] = ()
) -> list[Check]:
    """Run every checker; errors come first, in the order of the batteries."""
    skipped = frozenset(silenced)
    with app.app_context():
        checks = [check for checker in checkers for check in checker(app)]
    visible = [check for check in checks if check.id not in skipped]
    return sorted(visible, key=lambda check: check.level)
