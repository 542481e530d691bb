"""The style guide at /-/ui: every piece, with the template source that makes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from flask import render_template, render_template_string, request
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Piece:
    """One example: a heading, what to know, its source and what it renders to."""

    id: str
    heading: str
    text: str
    source: str
    html: Markup


@dataclass(frozen=True, slots=True)
class _Book:
    title: str
    author: str
    price: str
    state: str


_BOOKS = [
    _Book("The Left Hand of Darkness", "Ursula K. Le Guin", "12.50", "in stock"),
    _Book("三体", "刘慈欣", "9.90", "in stock"),
    _Book("Invisible Cities", "Italo Calvino", "11.00", "sold out"),
]


class _Pages:
    """A pagination of five pages, standing on the second."""

    page, pages = 2, 5
    has_prev = has_next = True
    prev_num, next_num = 1, 3

    def iter_pages(self) -> Iterator[int | None]:
        """Return the numbers to show, None for a gap."""
        return iter([1, 2, 3, None, 5])


def list_pieces() -> list[Piece]:
    """Return the pieces in the order of the guide, rendered."""
    text = (resources.files(__package__) / "templates/carboy/guide.txt").read_text(
        "utf-8"
    )
    pieces = []
    for number, part in enumerate(text.split("\n=== ")[1:]):
        heading, _, rest = part.partition("\n")
        note, _, source = rest.partition("\n---\n")
        html = Markup(render_template_string(source.strip(), **_examples()))  # noqa: S704 - the source is our own file
        pieces.append(
            Piece(
                f"piece-{number}", heading.strip(), note.strip(), source.strip(), html
            )
        )
    return pieces


def show_guide() -> str:
    """Show every piece with its source; `?theme=dark` shows the other theme."""
    theme = request.args.get("theme")
    return render_template("carboy/guide.html", pieces=list_pieces(), theme=theme)


def _examples() -> dict[str, Any]:
    return {"books": _BOOKS, "pagination": _Pages()}
