"""What a rule is: whom it is for, why, and what it finds in a file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .source import Edit


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a file: with edits a change, without them a place for a person.

    `security` says who gets in after the upgrade who did not before, or the reverse.
    """

    offset: int
    message: str
    edits: tuple[Edit, ...] = ()
    security: str = ""


@dataclass(frozen=True, slots=True)
class UpgradeRule:
    """One habit of old code, and what to write instead.

    `check` gets a `Module` for Python, an `UnparsedFile` for other kinds of files. It
    runs on files that contain one of `words`, and if the version of `package` that the
    code is upgraded to is `since` or newer. `examples` are pairs: before and after.
    """

    id: str
    title: str
    why: str
    package: str
    since: str
    words: tuple[str, ...]
    check: Callable[[Any], Iterator[Finding]]
    examples: tuple[tuple[str, str], ...]
    is_safe: bool = True
    kind: str = "python"
    group: str = ""
