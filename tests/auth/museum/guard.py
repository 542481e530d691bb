"""One guard against a published hole, and the test that notices when it is gone."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """A text of a file of the package, and what is written instead of it."""

    file: str
    text: str
    without: str
    # Path in this folder, and the name.
    test: str


def make_guards(
    page: str, file: str, rows: Iterable[tuple[str, str, str]]
) -> tuple[Guard, ...]:
    """Return the guards of one file whose tests are on one page."""
    return tuple(
        Guard(file, text, without, f"{page}::{test}") for text, without, test in rows
    )
