"""The style guide at /-/ui: every piece, with the template source that makes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from flask import render_template, render_template_string, request
from markupsafe import Markup

from carboy.translation import LazyText, lazy_gettext as _l

THEMES = ("light", "dark")
_ID = re.compile(r'\sid="([^"]+)"')
# Attributes whose words are ids, or links to them.
_OF_IDS = re.compile(
    r'(\s(?:id|for|aria-labelledby|aria-describedby|popovertarget|href|data-update)=")'
    r'([^"]*)"'
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One example: a heading, what to know, its source and what it renders to."""

    id: str
    heading: str
    text: str
    source: str
    html: Markup

    def html_of(self, theme: str) -> str:
        """Return the HTML for a theme: a page may show the piece once for each."""
        return self.html if theme == THEMES[0] else _rename_ids(self.html, theme)


@dataclass(frozen=True, slots=True)
class _Book:
    title: str
    author: str
    price: str
    state: LazyText


_BOOKS = [
    _Book("The Left Hand of Darkness", "Ursula K. Le Guin", "12.50", _l("in stock")),
    _Book("三体", "刘慈欣", "9.90", _l("in stock")),
    _Book("Invisible Cities", "Italo Calvino", "11.00", _l("sold out")),
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
        heading, note, html = (
            Markup(render_template_string(each.strip(), **_examples()))  # noqa: S704 - the source is our own file
            for each in (heading, note, source)
        )
        piece = Piece(f"piece-{number}", heading, note, source.strip(), html)
        pieces.append(piece)
    return pieces


def show_guide() -> str:
    """Show every piece with its source, in both themes or in that of `?theme=dark`."""
    theme = request.args.get("theme")
    themes = (theme,) if theme in THEMES else THEMES
    return render_template(
        "carboy/guide.html", pieces=list_pieces(), theme=theme, themes=themes
    )


def _rename_ids(html: str, theme: str) -> str:
    """Add the theme to each id of a piece, and to what refers to it."""
    ids = set(_ID.findall(html))

    def rename(match: re.Match[str]) -> str:
        words = [
            f"{word}-{theme}" if word.removeprefix("#") in ids else word
            for word in match[2].split(" ")
        ]
        return f'{match[1]}{" ".join(words)}"'

    return _OF_IDS.sub(rename, html)


def _examples() -> dict[str, Any]:
    return {"books": _BOOKS, "pagination": _Pages()}
