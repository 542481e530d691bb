"""What may be wrong with a site, found before it serves: errors stop the start."""

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
        """Whether it stops the start."""
        return "error" if self.id.rpartition(".")[2].startswith("E") else "warning"

    def __str__(self) -> str:
        text = f"{self.id}: {self.message}"
        return f"{text}\n    {self.hint}" if self.hint else text


Checker = Callable[[Flask], Iterable[Check]]


def run_checks(
    app: Flask, checkers: Sequence[Checker], *, silenced: Iterable[str] = ()
) -> list[Check]:
    """Ask every checker; errors come first, each id in the order of its battery."""
    skip = frozenset(silenced)
    with app.app_context():
        found = [c for checker in checkers for c in checker(app) if c.id not in skip]
    return sorted(found, key=lambda check: check.level)
