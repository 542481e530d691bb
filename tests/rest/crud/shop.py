"""A shop with authors, books and tags, for tests of operations on rows."""

from decimal import Decimal
from typing import Annotated, Any

from flask import Flask
from msgspec import Meta, Struct
from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from carboy.db import SQLAlchemy
from carboy.rest import Api

db = SQLAlchemy()

book_tags = Table(
    "book_tags",
    db.Model.metadata,
    Column("book_id", ForeignKey("book.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Author(db.Model):
    """Who writes books."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str] = mapped_column(default="canary@example.com")


class Tag(db.Model):
    """A word for books."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))


class Book(db.Model):
    """What the shop sells."""

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(40))
    pages: Mapped[int | None]
    price: Mapped[Decimal | None]
    owner: Mapped[str] = mapped_column(String(20), default="nobody")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=book_tags, order_by=Tag.id)


class AuthorOut(Struct):
    """An author, as responses show one."""

    id: int
    name: str


class TagOut(Struct):
    """A tag, as responses show one."""

    id: int
    name: str


class BookOut(Struct):
    """A book, as responses show one."""

    id: int
    title: str
    pages: int | None
    price: Decimal | None
    author: AuthorOut | None
    tags: list[TagOut]


class BookIn(Struct, kw_only=True):
    """A book, as clients send one."""

    title: Annotated[str, Meta(min_length=1, max_length=40)]
    pages: Annotated[int, Meta(ge=1)] | None = None
    price: Decimal | None = None
    author_id: int | None = None
    tags: list[int] = []

    def __post_init__(self) -> None:
        if self.title == "Free" and self.price:
            raise ValueError("What is free has no price.")


class AuthorIn(Struct):
    """An author, as clients send one."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]


def make_shop(url: str, folder: Any, *, fill: bool = True, **options: Any) -> Flask:
    """Return an app with the API, on a database of its own."""
    app = Flask("shop", root_path=str(folder))
    app.config |= {"DATABASE_URL": url, "REST_DOCS": "always"}
    db.init_app(app)
    api = Api(app, prefix="/api")
    api.crud(
        "/books",
        Book,
        **{
            "read": BookOut,
            "write": BookIn,
            "filters": {
                "title": ("eq", "contains"),
                "pages": ("eq", "ge", "lt", "in", "null"),
            },
            "sort": ("title", "pages"),
            "bulk": True,
            **options,
        },
    )
    api.crud("/authors", Author, read=("id", "name"), write=AuthorIn, paging="key")
    api.crud("/tags", Tag, read=TagOut, sort=("name",), paging="key")
    app.extensions["books_api"] = api
    with app.app_context():
        db.create_all()
        if not fill:
            return app
        db.session.add_all(Author(name=f"Author {number}") for number in range(3))
        db.session.add_all(Tag(name=f"tag {number % 4}") for number in range(10))
        db.session.commit()
    return app
