"""What callbacks of one side know: its app, its trace and the names they share."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from .trace import Trace


@dataclass(slots=True)
class World:
    """One side: the app under test and the trace that its callbacks write."""

    trace: Trace
    app: Flask = None  # type: ignore[assignment]  # set as soon as it is built
    depth: int = 0
    patches: list[tuple[str, str]] = field(default_factory=list)
    receivers: dict[str, Any] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)


class OopsError(Exception):
    """An error of the generated app, with a child to tell handlers apart."""


class OopsChildError(OopsError):
    """Handled by its own handler, or else by its parent's."""


class CrookedError(HTTPException):
    """An HTTP error with a code that Werkzeug has no class for."""

    code = 499
    description = "crooked"


class CodelessError(HTTPException):
    """An HTTP error without a code."""
