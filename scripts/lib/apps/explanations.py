"""Differences that stay, each with its reason; all others are defects."""

from collections.abc import Callable
from dataclasses import dataclass

from .comparison import Difference
from .http_client import Answer
from .requests import ScriptedRequest


@dataclass(frozen=True)
class Outcome:
    """A request, the difference, and both answers."""

    request: ScriptedRequest
    difference: Difference
    gunicorn: Answer
    carboy: Answer


@dataclass(frozen=True)
class Explanation:
    """A reason, and how its differences are told from others."""

    name: str
    reason: str
    applies: Callable[[Outcome], bool]


def explain(outcome: Outcome) -> Explanation | None:
    """Return the reason of a difference; None for a defect."""
    for explanation in EXPLANATIONS:
        if explanation.applies(outcome):
            return explanation
    return None


EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        "reason phrase",
        "The text behind the status is the one that HTTP registers: `404 Not Found` "
        "for Werkzeug's `404 NOT FOUND`. Granian takes a number and writes the text "
        "itself. HTTP/2 has no such text, and RFC 9112 asks clients to ignore it.",
        lambda outcome: outcome.difference.part == "reason",
    ),
)
