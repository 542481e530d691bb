#!/usr/bin/env python3
"""Measure both styles of the REST battery against its peers: whole requests.

Each side is called as its server would call it, without sockets; the sides take turns
in one process and the figures are medians of CPU time. FastAPI answers with `async def`
functions, which is its fastest way. `make bench-rest` installs the peers into an
environment of their own and writes docs/benchmarks/rest.md.
"""
# ruff: noqa: E402 - bench/rest_peers has to be on the path, and its database named

import argparse
import asyncio
import io
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench/rest_peers"))
os.environ["BENCH_URL"] = "sqlite:///:memory:"

import drf_site
import fastapi
import flask_restful
import pydantic
from django.db import connection
from django.urls import path
from flask import Flask
from flask_restful import fields as _fields, reqparse as _reqparse
from models import Article, Author, Base, Tag
from msgspec import defstruct
from response_types import make_pydantic, make_structs
from rest_framework import generics, renderers, response, serializers
from results import describe
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, selectinload

from carboy import Carboy, rest

ArticleOut, _ = make_structs()
ArticleModel, _ = make_pydantic()
PAGE = ROOT / "docs" / "benchmarks" / "rest.md"
OBJECTS = 100
ROUNDS = 15
FIELDS = 20
# Both are attributes of the package once they were imported.
THEIR_MODULES = _fields, _reqparse
BODY = json.dumps({
    f"f{number}": number if number % 2 else f"v{number}" for number in range(FIELDS)
}).encode()
NAMES = [(f"f{number}", int if number % 2 else str) for number in range(FIELDS)]
SERIALISED = "the same rows to bytes, without a request"
# The last two are ours.
SIDES = ("Flask-RESTful", "Django REST framework", "FastAPI", "resources", "typed")
PEERS = SIDES[:3]
Call = Callable[[], bytes]


def main() -> None:
    """Print the figures; with --write write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args()
    facts = describe()
    page = make_page(measure(chosen.rounds), facts)
    print(page)
    if chosen.write:
        PAGE.write_text(page, encoding="utf-8")


def measure(rounds: int) -> dict[str, list[float]]:
    """Return the microseconds of all sides, for each kind of request."""
    articles = make_articles()
    sides = (
        (call_wsgi, make_resources(flask_restful, Flask("theirs"), articles)),
        (call_wsgi, make_drf()),
        (call_asgi, make_fastapi(articles)),
        (call_wsgi, make_resources(rest, Carboy("resources"), articles)),
        (call_wsgi, make_typed(articles)),
    )
    results = {}
    for name, method, body, repeat in (
        ("100 rows with author and tags to JSON", "GET", b"", 10),
        ("a body of 20 fields, validated", "POST", BODY, 50),
    ):
        calls = [make(app, method, body) for make, app in sides]
        require_equal([json.loads(call()) for call in calls])
        results[name] = take_turns(calls, repeat, rounds)
    results[SERIALISED] = measure_serialisation(articles, rounds)
    return results


def measure_serialisation(articles: list[Article], rounds: int) -> list[float]:
    """Return the microseconds from the same rows to bytes, without a request."""
    adapter = pydantic.TypeAdapter(list[ArticleModel])
    app = Carboy("bytes")
    responder = next(iter(add_typed(app, articles).operations)).responder
    rows = drf_site.Article.objects.order_by("id").select_related("author")
    django_rows = list(rows.prefetch_related("tags"))

    def write_drf() -> bytes:
        data = drf_site.ArticleSerializer(django_rows, many=True).data
        return bytes(renderers.JSONRenderer().render(data))

    def write_fastapi() -> bytes:
        # What its route does with a result.
        valid = adapter.validate_python(articles, from_attributes=True)
        return adapter.dump_json(valid)

    theirs, ours = make_fields(flask_restful.fields), make_fields(rest.fields)
    calls: list[Call] = [
        lambda: json.dumps(flask_restful.marshal(articles, theirs)).encode(),
        write_drf,
        write_fastapi,
        lambda: rest.output_json(rest.marshal(articles, ours), 200).get_data(),
        lambda: responder.respond(articles).get_data(),
    ]
    with app.test_request_context("/articles"):
        require_equal([json.loads(call()) for call in calls])
        return take_turns(calls, 10, rounds)


def require_equal(answers: list[Any]) -> None:
    """End the program if the sides return different data."""
    if any(answer != answers[0] for answer in answers):
        raise SystemExit(f"The sides differ: {[str(each)[:300] for each in answers]}")


def take_turns(calls: list[Call], repeat: int, rounds: int) -> list[float]:
    """Return the median microseconds of each call; the sides alternate."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, measured in zip(calls, times, strict=True):
            start = time.process_time()
            for _ in range(repeat):
                call()
            measured.append((time.process_time() - start) / repeat * 1e6)
    return [statistics.median(measured) for measured in times]


def make_articles() -> list[Article]:
    """Return loaded rows of SQLAlchemy with their authors and tags."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add_all(Author(**_author(number)) for number in range(10))
    for number in range(OBJECTS):
        tags = [Tag(name=f"tag {index}") for index in range(3)]
        session.add(Article(**_article(number), tags=tags))
    session.commit()
    session.expunge_all()
    options = selectinload(Article.author), selectinload(Article.tags)
    return session.query(Article).options(*options).order_by(Article.id).all()


def _author(number: int) -> dict[str, Any]:
    return {"id": number, "name": f"A{number}", "email": f"a{number}@x.de"}


def _article(number: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "title": f"Title {number}",
        "body": "text " * 20,
        "views": number,
        "rating": number / 7,
        "published": True,
        "author_id": number % 10,
    }


def make_resources(side: Any, app: Flask, articles: list[Article]) -> Flask:
    """Return an app with a resource, of Flask-RESTful or of ours."""
    api = side.Api(app)
    shown = make_fields(side.fields)
    parser = side.reqparse.RequestParser()
    for name, kind in NAMES:
        parser.add_argument(name, type=kind)

    class Articles(side.Resource):
        @side.marshal_with(shown)
        def get(self) -> Any:
            return articles

        def post(self) -> Any:
            return len(parser.parse_args())

    api.add_resource(Articles, "/articles")
    return app


def make_fields(fields: Any) -> dict[str, Any]:
    """Return the fields of an article, of Flask-RESTful or of ours."""
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


def make_typed(articles: list[Article]) -> Any:
    """Return an app with typed operations."""
    app = Carboy("typed")
    add_typed(app, articles)
    return app


def add_typed(app: Flask, articles: list[Article]) -> rest.Api:
    """Add the typed operations to an app."""
    api = rest.Api(app)

    @api.get("/articles")
    def list_articles() -> list[Annotated[Article, ArticleOut]]:
        return articles

    def post(form: Any) -> int:
        return len(form.__struct_fields__)

    post.__annotations__["form"] = defstruct("FormIn", NAMES)
    api.post("/articles")(post)
    return api


def make_fastapi(articles: list[Article]) -> Any:
    """Return FastAPI's app."""
    app = fastapi.FastAPI()

    @app.get("/articles", response_model=list[ArticleModel])
    async def list_articles() -> Any:
        return articles

    async def post(form: Any) -> int:
        return len(type(form).model_fields)

    required: Any = {name: (kind, ...) for name, kind in NAMES}
    post.__annotations__["form"] = pydantic.create_model("FormModel", **required)
    app.post("/articles")(post)
    return app


def make_drf() -> Any:
    """Return the app of Django REST framework, with rows of Django."""
    with connection.schema_editor() as editor:
        for model in (drf_site.Author, drf_site.Article, drf_site.Tag):
            editor.create_model(model)
    for number in range(10):
        drf_site.Author.objects.create(**_author(number))
    for number in range(OBJECTS):
        article = drf_site.Article.objects.create(**_article(number))
        for index in range(3):
            drf_site.Tag.objects.create(name=f"tag {index}", article=article)
    rows = drf_site.Article.objects.order_by("id").select_related("author")
    articles = list(rows.prefetch_related("tags"))
    kinds = {int: serializers.IntegerField, str: serializers.CharField}
    fields = {name: kinds[kind]() for name, kind in NAMES}
    form = type("FormSerializer", (serializers.Serializer,), fields)

    class Articles(generics.ListAPIView):
        serializer_class = drf_site.ArticleSerializer

        def get_queryset(self) -> Any:
            return articles

        def post(self, request: Any) -> Any:
            body = form(data=request.data)
            body.is_valid(raise_exception=True)
            return response.Response(len(body.validated_data))

    drf_site.urlpatterns.append(path("articles", Articles.as_view()))
    return drf_site.app


def call_wsgi(app: Any, method: str, body: bytes) -> Call:
    """Return a function that sends a request to a WSGI app."""

    def call() -> bytes:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": "/articles",
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
        }
        chunks = app(environ, lambda status, headers, error=None: None)
        data = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        return data

    return call


def call_asgi(app: Any, method: str, body: bytes) -> Call:
    """Return a function that sends a request to an ASGI app, on a loop of its own."""
    loop = asyncio.new_event_loop()
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    headers.append((b"content-length", str(len(body)).encode()))

    async def request() -> bytes:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": "/articles",
            "raw_path": b"/articles",
            "query_string": b"",
            "scheme": "http",
            "root_path": "",
            "server": ("localhost", 80),
            "client": ("127.0.0.1", 1),
            "headers": headers,
        }
        sent: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message.get("body", b""))

        await app(scope, receive, send)
        return b"".join(sent)

    return lambda: loop.run_until_complete(request())


def make_page(results: dict[str, list[float]], facts: dict[str, Any]) -> str:
    """Return the page with the tables."""
    names = ("flask", "flask-restful", "djangorestframework", "django", "fastapi")
    names = (*names, "pydantic", "sqlalchemy", "msgspec")
    lines = [
        "# REST\n",
        f"Written by `bench/rest.py` on {facts['date']}, Python {facts['python']},\n"
        f"{facts['cores']} cores, load {facts['load']:.2f} before,\n"
        f"{', '.join(f'{name} {version(name)}' for name in names)}.\n"
        "Microseconds of CPU time of a whole request in process, the median of\n"
        "batches, the sides in turn. FastAPI answers with `async def` functions,\n"
        "its fastest way, and Django runs without middleware. Repeat it with\n"
        "`make bench-rest`.\n",
    ]
    for title, figures in results.items():
        times = dict(zip(SIDES, figures, strict=True))
        lines += [
            f"## {title[0].upper()}{title[1:]}\n",
            "| | µs | of [resources](../batteries/rest-resources.md) | of "
            "[typed functions](../batteries/rest.md) |",
            "|---|--:|--:|--:|",
        ]
        for name in PEERS:
            ratios = [f"{times[name] / times[own]:.1f}×" for own in SIDES[3:]]
            lines.append(f"| {name} | {times[name]:.0f} | {' | '.join(ratios)} |")
        lines.append(f"| Carboy, resources | {times['resources']:.0f} | | |")
        lines.append(f"| Carboy, typed functions | {times['typed']:.0f} | | |\n")
    lines.append(
        "The rows are objects of SQLAlchemy, and of Django for its framework, that\n"
        "are loaded with their relations: a hundred articles of six columns, each\n"
        "with author and three tags, 400 inner objects. Flask-RESTful and resources\n"
        "marshal them with `marshal_with` and parse the body with `reqparse`.\n"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
