#!/usr/bin/env python3
"""Measure typed operations against FastAPI and Flask-RESTful: whole requests.

Each side is called as its server would call it, without sockets; the sides take turns
in one process and the figures are medians of CPU time. FastAPI answers with `async def`
functions, which is its fastest way.
"""

import argparse
import asyncio
import io
import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import fastapi
import flask_restful
import pydantic
from msgspec import Struct, defstruct
from rest import FIELDS, Article, make_app, make_articles, take_turns
from results import describe

from carboy import Carboy
from carboy.rest import Api

PAGE = Path(__file__).resolve().parent.parent / "docs/benchmarks/rest-typed.md"
BODY = json.dumps({
    f"f{number}": number if number % 2 else f"v{number}" for number in range(FIELDS)
}).encode()


class AuthorOut(Struct):
    """An author, as responses show one."""

    name: str
    email: str


class TagOut(Struct):
    """A tag, as responses show one."""

    id: int
    name: str


class ArticleOut(Struct):
    """An article, as responses show one."""

    id: int
    title: str
    body: str
    views: int
    rating: float
    published: bool
    author: AuthorOut
    tags: list[TagOut]


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(from_attributes=True)


class AuthorModel(_Row):
    """An author, for FastAPI."""

    name: str
    email: str


class TagModel(_Row):
    """A tag, for FastAPI."""

    id: int
    name: str


class ArticleModel(_Row):
    """An article, for FastAPI."""

    id: int
    title: str
    body: str
    views: int
    rating: float
    published: bool
    author: AuthorModel
    tags: list[TagModel]


_NAMES = [(f"f{number}", int if number % 2 else str) for number in range(FIELDS)]
FormIn: Any = defstruct("FormIn", _NAMES)
FormModel: Any = pydantic.create_model(
    "FormModel", **{name: (kind, ...) for name, kind in _NAMES}
)


def make_typed(articles: list[Article]) -> Any:
    """Return our app."""
    app = Carboy("bench")
    api = Api(app)

    @api.get("/articles")
    def list_articles() -> list[Annotated[Article, ArticleOut]]:
        return articles

    def post(form: Any) -> int:
        return len(form.__struct_fields__)

    post.__annotations__["form"] = FormIn
    api.post("/articles")(post)
    return app


def make_fastapi(articles: list[Article]) -> Any:
    """Return FastAPI's app."""
    app = fastapi.FastAPI()

    @app.get("/articles", response_model=list[ArticleModel])
    async def list_articles() -> Any:
        return articles

    async def post(form: Any) -> int:
        return len(type(form).model_fields)

    post.__annotations__["form"] = FormModel
    app.post("/articles")(post)
    return app


def call_wsgi(app: Any, method: str, body: bytes) -> Callable[[], bytes]:
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


def call_asgi(app: Any, method: str, body: bytes) -> Callable[[], bytes]:
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


def measure() -> dict[str, tuple[float, float, float]]:
    """Return the times of Flask-RESTful, FastAPI and typed operations."""
    articles = make_articles()
    sides = (
        (call_wsgi, make_app(flask_restful, articles)),
        (call_asgi, make_fastapi(articles)),
        (call_wsgi, make_typed(articles)),
    )
    results = {}
    for name, method, body, repeat in (
        ("100 rows with author and tags to JSON", "GET", b"", 20),
        ("a body of 20 fields, validated", "POST", BODY, 100),
    ):
        calls = [make(app, method, body) for make, app in sides]
        answers = [json.loads(call()) for call in calls]
        if method == "GET" and not len({len(answer) for answer in answers}) == 1:
            raise SystemExit(f"The sides differ: {[len(a) for a in answers]}")
        old, fast, own = take_turns(calls, repeat)
        results[name] = (old, fast, own)
    return results


def main() -> None:
    """Print the figures; with --write write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true")
    write = options.parse_args().write
    facts = describe()
    packages = ("flask-restful", "fastapi", "pydantic", "sqlalchemy", "msgspec")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    rows = []
    for name, (old, fast, own) in measure().items():
        ratios = f"{old / own:.1f}× | {fast / own:.1f}×"
        rows.append(f"| {name} | {old:.0f} | {fast:.0f} | {own:.0f} | {ratios} |")
        print(rows[-1])
    if write:
        PAGE.write_text(
            f"""# REST: typed operations

Written by `bench/rest_typed.py` on {facts["date"]}, Python {facts["python"]},
{facts["cores"]} cores, load {facts["load"]:.2f} before,
{versions}.
Microseconds of CPU time of a whole request in process, the median of many batches, the
sides in turn. FastAPI answers with `async def` functions, which is its fastest way.
Repeat it with `make bench-rest-typed`.

| | Flask-RESTful | FastAPI | typed | against Flask-RESTful | against FastAPI |
|---|--:|--:|--:|--:|--:|
{chr(10).join(rows)}

The rows are those of [the other page](rest.md): a hundred objects of SQLAlchemy, 400
inner ones. Flask-RESTful parses the body with `reqparse`.
""",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
