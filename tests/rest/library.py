"""An API of typed operations: books and authors, for tests of all its parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from flask import Flask, request
from msgspec import Meta, Struct
from werkzeug.datastructures import FileStorage

from carboy.rest import Api, Page, PageQuery, cookie, file, form, header, http_bearer


class AuthorOut(Struct):
    """A person, as responses show them."""

    id: int
    name: str


class BookIn(Struct):
    """A book, as clients send it."""

    title: Annotated[str, Meta(min_length=1, max_length=40)]
    pages: Annotated[int, Meta(ge=1)] | None = None
    tags: list[str] = []
    born: date | None = None
    kind: Literal["novel", "essay"] = "novel"


class BookOut(Struct):
    """A book, as responses show it."""

    id: int
    title: str
    author: AuthorOut | None = None


@dataclass
class Row:
    """A row as a database would return it, with a value that nobody may see."""

    id: int
    title: str
    author: Any = None
    hidden: str = "canary"


BookRow = Annotated[Row, BookOut]


class NoteIn(Struct):
    """A note, as a form sends it."""

    text: str
    stars: int = 0


def make_api(*, broken: bool = True, **options: Any) -> Api:
    """Return the API, with rows of its own; `broken`: with two that fail."""
    api = Api(prefix="/api", title="Books", version="1.2", **options)
    jane = Row(7, "")
    vars(jane)["name"] = "Jane"
    books = {1: Row(1, "Emma", author=jane), 2: Row(2, "Persuasion")}
    token = http_bearer(_has_token)

    @api.get("/books")
    def list_books(page: PageQuery, search: str = "") -> Page[BookRow]:
        """List books.

        Newest first.
        """
        found = [book for book in books.values() if search in book.title]
        return Page(found[: page.per_page], page.page, page.per_page, len(found), 1)

    @api.post("/books", status=201, tags=["writing"])
    def create_book(
        book: BookIn, trace: Annotated[str, header("X-Trace")] = ""
    ) -> BookRow:
        row = Row(len(books) + 1, book.title + trace)
        books[row.id] = row
        return row

    @api.get("/books/<number>", partial=True)
    def get_book(number: int) -> BookRow | None:
        """Return one book."""
        return books.get(number)

    @api.delete("/books/<number>", security=[token], responses={409: "It is lent"})
    def delete_book(number: int) -> None:
        books.pop(number, None)

    @api.get("/export")
    def export_books() -> Iterator[BookRow]:
        yield from books.values()

    _add_others(api)
    if broken:
        _add_broken(api)
    return api


def _add_broken(api: Api) -> None:
    @api.get("/fault")
    def fail() -> int:
        raise ZeroDivisionError("canary")

    @api.get("/lie")
    def lie() -> AuthorOut:
        return {"id": "no number"}


def _add_others(api: Api) -> None:
    """Add an operation for each other thing that annotations can say."""

    @api.get("/tags")
    def list_tags(
        tag: list[str], theme: Annotated[str, cookie()] = "plain"
    ) -> list[str]:
        return [*tag, theme]

    @api.post("/notes")
    def create_note(
        note: Annotated[NoteIn, form()], scan: FileStorage | None = None
    ) -> dict[str, Any]:
        return {"text": note.text, "stars": note.stars, "scan": scan and scan.filename}

    @api.post("/scans")
    def add_scans(scans: Annotated[list[FileStorage], file("scan")]) -> int:
        return len(scans)

    @api.resource("/authors/<name>", statuses={"put": 202})
    class Authors:
        """Authors by name."""

        def get(self, name: str) -> AuthorOut:
            return AuthorOut(1, name)

        async def put(self, name: str, author: AuthorOut) -> AuthorOut:
            return AuthorOut(author.id, name)


def _has_token(_scopes: tuple[str, ...]) -> bool:
    return request.headers.get("Authorization") == "Bearer right"


def make_library(**options: Any) -> Flask:
    """Return an app with the API."""
    app = Flask("library")
    make_api(**options).init_app(app)
    return app
