"""The shop, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from tests.rest.crud.shop import db, make_shop


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/shop.db"
    return request.getfixturevalue("fresh_postgresql")


@pytest.fixture
def app(url, tmp_path):
    return make_shop(url, tmp_path)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def sqlite_shop(tmp_path):
    return lambda **options: make_shop(
        f"sqlite:///{tmp_path}/shop.db", tmp_path, **options
    )


@pytest.fixture
def count_queries():
    @contextmanager
    def count(app) -> Iterator[list[str]]:
        statements: list[str] = []

        def note(conn, cursor, statement, parameters, context, executemany):
            statements.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return count
