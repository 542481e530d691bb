"""The same tables in starlette-admin."""

import asyncio
from collections.abc import Callable
from typing import Any

from models import Article, Author
from sqlalchemy import create_engine
from starlette.applications import Starlette
from starlette_admin.contrib.sqla import Admin, ModelView


class ArticleView(ModelView):
    """The list of articles."""

    fields = ("id", "title", "views", "rating", "published", "author")
    searchable_fields = ("title",)
    page_size = 50


def open_console(url: str) -> Callable[[str], bytes]:
    """Return what fetches a page."""
    app = Starlette()
    admin = Admin(create_engine(url), secret_key="k" * 40)
    admin.add_view(ArticleView(Article))
    admin.add_view(ModelView(Author))
    admin.mount_to(app)
    loop = asyncio.new_event_loop()
    return lambda address: loop.run_until_complete(_call(app, address))


async def _call(app: Any, address: str) -> bytes:
    """Return the body of a page, without a client or a server."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    parts: list[bytes] = []
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    if statuses != [200]:
        raise RuntimeError(address, statuses)
    return b"".join(parts)
