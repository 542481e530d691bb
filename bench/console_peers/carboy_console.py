"""The same tables in this console."""

from collections.abc import Callable
from http import HTTPStatus

from models import Article, Author

from carboy import Carboy
from carboy.admin import Admin
from carboy.db import SQLAlchemy


def open_console(url: str) -> Callable[[str], bytes]:
    """Return what fetches a page."""
    app = Carboy("carboy_console")
    app.config.update(SECRET_KEY="k" * 40, SQLALCHEMY_DATABASE_URI=url)
    admin = Admin()
    admin.guard(lambda: True)
    admin.register(
        Article,
        columns=["title", "views", "rating", "published", "author"],
        search=["title"],
    )
    admin.register(Author)
    app.use(SQLAlchemy(), admin)
    client = app.test_client()

    def fetch(path: str) -> bytes:
        answer = client.get(path)
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(path, answer.status_code)
        return answer.data

    return fetch
