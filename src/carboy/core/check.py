"""The type of a check: what may be wrong with a site before it serves."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

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


def check_obsolete(
    config: Mapping[str, Any], obsolete: Mapping[str, str], check_id: str
) -> Iterator[Check]:
    """Yield a check for each setting that is set and does nothing any more."""
    for name, hint in obsolete.items():
        if config.get(name) is not None:
            yield Check(check_id, f"{name} is set and has no effect.", hint)


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
