"""Search over all that a console has: a page, which a script shows over others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import request

from carboy.admin.access import CREATE, IMPORT, VIEW
from carboy.admin.row_lookup import RowLookup
from carboy.admin.schema import ModelAdmin, key_of
from carboy.translation import gettext

from .page import ConsolePage

_LONGEST = 100
# Each model takes a query.
_MOST_MODELS = 40
_ROWS_EACH, _ROWS_OF_ONE = 4, 20
_MOST_PAGES = 12


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found: its name, its address, and what kind it is."""

    text: str
    url: str
    kind: str


def search(page: ConsolePage) -> Any:
    """Show the models, pages and rows that fit some letters."""
    text = request.args.get("q", "").replace("\0", "").strip()[:_LONGEST]
    admins = [each for _, members in page.list_groups() for each in members]
    pages = [each for each in _list_pages(page, admins) if _fits(each, text)]
    pages.sort(key=lambda each: not each.text.lower().startswith(text.lower()))
    return page.show(
        "search",
        text=text,
        pages=pages[:_MOST_PAGES],
        # A lion is found as an animal, too.
        rows=[*dict.fromkeys(_find_rows(page, admins, text))] if text else [],
    )


def _list_pages(
    page: ConsolePage, admins: Iterable[ModelAdmin]
) -> Iterator[SearchResult]:
    overview = gettext("Overview")
    yield SearchResult(overview, page.url("index"), gettext("Page"))
    admins = [*admins]
    for admin in admins:
        yield SearchResult(str(admin.plural), page.url("list", admin), gettext("List"))
    for admin in admins:
        if page.access.allows_some(CREATE, admin.model):
            text = gettext("Add %(what)s", what=str(admin.label).lower())
            yield SearchResult(text, page.url("create", admin), gettext("Page"))
        if page.access.allows_some(IMPORT, admin.model):
            text = gettext("Import %(what)s", what=str(admin.plural).lower())
            yield SearchResult(text, page.url("import", admin), gettext("Page"))


def _fits(result: SearchResult, text: str) -> bool:
    known = result.text.lower()
    return all(word in known for word in text.lower().split())


def _find_rows(
    page: ConsolePage, admins: list[ModelAdmin], text: str
) -> Iterator[SearchResult]:
    lookup = RowLookup(page.console, page.access)
    named, rest = _split_name(admins, text)
    if named is not None:
        yield from _show(page, named, lookup.find_in(named, rest, _ROWS_OF_ONE))
    for admin in admins[:_MOST_MODELS]:
        if admin is not named:
            rows = lookup.find_anywhere(admin, text, _ROWS_EACH)
            yield from _show(page, admin, rows)


def _split_name(admins: list[ModelAdmin], text: str) -> tuple[ModelAdmin | None, str]:
    """Return the model that a text begins with, and what is looked for in it."""
    for admin in admins:
        for name in (admin.label, admin.plural):
            start = f"{name} ".lower()
            if text.lower().startswith(start) and text[len(start) :].strip():
                return admin, text[len(start) :].strip()
    return None, text


def _show(
    page: ConsolePage, admin: ModelAdmin, rows: Iterable[Any]
) -> Iterator[SearchResult]:
    for row in rows:
        # A row may be of a class that has a page of its own.
        own = page.console.find(type(row)) or admin
        if page.access.allows_some(VIEW, own.model):
            url = page.url("detail", own, key=key_of(row))
            yield SearchResult(own.name_row(row), url, str(own.label))
