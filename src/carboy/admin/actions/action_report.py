"""What has become of the rows of an action."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

_MOST_PROBLEMS = 20


@dataclass(slots=True)
class ActionReport:
    """How many rows were done, were refused by a policy, and could not be done.

    `problems` are the names of the first of the last ones with the reason.
    """

    done: int = 0
    refused: int = 0
    failed: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def from_json(cls, values: Mapping[str, Any] | None) -> "ActionReport":
        """Return what `to_json` has written."""
        if values is None:
            return cls()
        problems = [(name, text) for name, text in values["problems"]]
        return cls(values["done"], values["refused"], values["failed"], problems)

    def to_json(self) -> dict[str, Any]:
        """Return it as the result of a task."""
        return asdict(self)

    @property
    def count(self) -> int:
        """The number of all rows."""
        return self.done + self.refused + self.failed

    def add_problem(self, name: str, text: str) -> None:
        """Count a row that could not be done."""
        self.failed += 1
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append((name[:200], text[:500]))

    def add(self, other: "ActionReport") -> None:
        """Add the rows of another report."""
        self.done += other.done
        self.refused += other.refused
        self.failed += other.failed
        self.problems = [*self.problems, *other.problems][:_MOST_PROBLEMS]
