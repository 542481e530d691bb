#!/usr/bin/env python3
"""Measure the REST battery against Flask-RESTful: marshalling and parsing.

Both sides run in one process on the same objects, in turns; the figures are medians.
`bench/rest.py --write` writes docs/benchmarks/rest.md.
"""

import argparse
import importlib.metadata
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_restful
from flask import Flask
from flask_restful import fields as _fields, reqparse as _reqparse
from results import describe
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    selectinload,
)

from carboy import rest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks" / "rest.md"
OBJECTS = 100
ROUNDS = 15
FIELDS = 20
BAR_MARSHAL, BAR_PARSE = 10, 3


# Both are attributes of the package once they were imported.
THEIR_MODULES = _fields, _reqparse


class Base(DeclarativeBase):
    """The base of the models."""


class Author(Base):
    """Who wrote articles."""

    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]


class Tag(Base):
    """A word for an article."""

    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))


class Article(Base):
    """What the API lists."""

    __tablename__ = "article"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    views: Mapped[int]
    rating: Mapped[float]
    published: Mapped[bool]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship()
    tags: Mapped[list[Tag]] = relationship()


def make_articles() -> list[Article]:
    """Return loaded rows with their authors and tags."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add_all(Author(id=n, name=f"A{n}", email=f"a{n}@x.de") for n in range(10))
    for number in range(OBJECTS):
        session.add(
            Article(
                title=f"Title {number}",
                body="text " * 20,
                views=number,
                rating=number / 7,
                published=True,
                author_id=number % 10,
                tags=[Tag(name=f"tag {index}") for index in range(3)],
            )
        )
    session.commit()
    session.expunge_all()
    options = selectinload(Article.author), selectinload(Article.tags)
    return session.query(Article).options(*options).all()


def make_fields(fields: Any) -> dict[str, Any]:
    """Return what a response shows of an article, with the fields of one side."""
    return {
        "id": fields.Integer,
        "title": fields.String,
        "body": fields.String,
        "views": fields.Integer,
        "rating": fields.Float,
        "published": fields.Boolean,
        "author": fields.Nested({"name": fields.String, "email": fields.String}),
        "tags": fields.List(
            fields.Nested({"id": fields.Integer, "name": fields.String})
        ),
    }


def make_app(side: Any, articles: list[Article]) -> Flask:
    """Return an app with a list and a form, on one side."""
    app = Flask(__name__)
    api = side.Api(app)
    parser = side.reqparse.RequestParser()
    for number in range(FIELDS):
        parser.add_argument(f"f{number}", type=int if number % 2 else str)

    class Articles(side.Resource):
        @side.marshal_with(make_fields(side.fields))
        def get(self) -> Any:
            return articles

        def post(self) -> Any:
            return {"count": len(parser.parse_args())}

    api.add_resource(Articles, "/articles")
    return app


def take_turns(calls: list[Callable[[], Any]], repeat: int) -> list[float]:
    """Return the median microseconds of each call; the sides alternate."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, found in zip(calls, times, strict=True):
            start = time.process_time()
            for _ in range(repeat):
                call()
            found.append((time.process_time() - start) / repeat * 1e6)
    return [statistics.median(found) for found in times]


def measure() -> dict[str, tuple[float, float, int]]:
    """Return the times of both sides and the bar of each case."""
    articles = make_articles()
    theirs, ours = make_app(flask_restful, articles), make_app(rest, articles)
    body = {
        f"f{number}": number if number % 2 else f"v{number}" for number in range(FIELDS)
    }
    results = {}

    def list_articles(app: Flask) -> Callable[[], Any]:
        view = app.view_functions["articles"]

        def call() -> Any:
            with app.test_request_context("/articles"):
                return view().get_data()

        return call

    def post(app: Flask) -> Callable[[], Any]:
        view = app.view_functions["articles"]
        context = {"path": "/articles", "method": "POST", "json": body}

        def call() -> Any:
            with app.test_request_context(**context):
                return view()

        return call

    def empty(**context: Any) -> Callable[[], Any]:
        def call() -> Any:
            with ours.test_request_context("/articles", **context):
                return None

        return call

    # Without what it costs to build the request of a test.
    for name, make, context, bar, repeat in (
        ("100 rows with author and tags to JSON", list_articles, {}, BAR_MARSHAL, 20),
        (
            "a body of 20 fields, parsed",
            post,
            {"method": "POST", "json": body},
            BAR_PARSE,
            100,
        ),
    ):
        calls = [make(theirs), make(ours), empty(**context)]
        old, new, nothing = take_turns(calls, repeat)
        results[name] = (old - nothing, new - nothing, bar)
    return results


def main() -> None:
    """Print the figures; with --write write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true")
    write = options.parse_args().write
    facts = describe()
    names = ("flask", "flask-restful", "sqlalchemy", "msgspec")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    rows = []
    for name, (theirs, ours, bar) in measure().items():
        rows.append(
            f"| {name} | {theirs:.0f} | {ours:.0f} | {theirs / ours:.1f}× | {bar}× |"
        )
        print(rows[-1])
    if write:
        PAGE.write_text(
            f"""# REST

Written by `bench/rest.py` on {facts["date"]}, Python {facts["python"]},
{facts["cores"]} cores, load {facts["load"]:.2f} before,
{versions}.
Microseconds of CPU time, the median of many batches, the sides in turn, without what
it costs to build the request of a test. Repeat it with `make bench-rest`.

| | Flask-RESTful | `carboy.rest` | less | to reach |
|---|--:|--:|--:|--:|
{chr(10).join(rows)}

The rows are objects of SQLAlchemy that are loaded with their relations: a hundred
articles of six columns, each with its author and three tags, 400 inner objects. The
body is JSON; half of its arguments have `type=int`.
""",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
