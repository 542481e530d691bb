"""A process that is killed between effect and response leaves both, or none."""

import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa

from tests.rest.crud.shop import Author, Book, db, make_shop

PROGRAM = """
import os, signal, sys
from tests.rest.test_commit_entries import make_app
from carboy.rest.typed import idempotency

url, folder, where, path = sys.argv[1:]
app = make_app(url, folder)
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if where == "after":
    idempotency._keep = kill
else:
    from sqlalchemy import event
    from sqlalchemy.orm import Session
    event.listen(Session, "before_commit", lambda session: kill())
app.test_client().post(path, json={"title": "Emma"}, headers={"Idempotency-Key": "k"})
"""


def make_app(url, folder):
    app = make_shop(url, folder, fill=False)
    api = app.extensions["books_api"]

    @api.post("/own", status=201, idempotent=True)
    def own(title: str) -> int:
        """Add a book, in a function that commits by itself."""
        db.session.add(Book(title=title))
        db.session.commit()
        return 1

    return app


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/shop.db"
    return request.getfixturevalue("fresh_postgresql")


def send_and_die(url, folder, where, path):
    command = [sys.executable, "-c", PROGRAM, url, str(folder), where, path]
    done = subprocess.run(command, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL


def count_books(app):
    with app.app_context():
        return db.session.query(Book).count()


def repeat(app, path):
    return app.test_client().post(
        path, json={"title": "Emma"}, headers={"Idempotency-Key": "k"}
    )


def test_a_row_and_its_response_are_committed_together(url, tmp_path):
    app = make_app(url, tmp_path)
    send_and_die(url, tmp_path, "after", "/api/books")

    answer = repeat(app, "/api/books")

    assert answer.status_code == 201
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert answer.json["title"] == "Emma"
    assert count_books(app) == 1


def test_a_function_that_was_done_is_not_called_again(url, tmp_path):
    app = make_app(url, tmp_path)
    send_and_die(url, tmp_path, "after", "/api/own?title=Emma")

    answer = repeat(app, "/api/own?title=Emma")

    assert answer.status_code == 409
    assert "was lost" in answer.json["detail"]
    assert count_books(app) == 1


def test_without_a_commit_there_is_neither(url, tmp_path):
    app = make_app(url, tmp_path)
    send_and_die(url, tmp_path, "before", "/api/books")

    answer = repeat(app, "/api/books")

    assert answer.status_code == 409
    assert "still running" in answer.json["detail"]
    assert count_books(app) == 0


def test_a_refused_commit_frees_the_key(url, tmp_path):
    app = make_app(url, tmp_path)
    client = app.test_client()
    with app.app_context():
        db.session.add(Author(name="Jane"))
        db.session.commit()
    headers = {"Idempotency-Key": "k"}

    refused = client.post("/api/authors", json={"name": "Jane"}, headers=headers)
    with app.app_context():
        db.session.execute(sa.delete(Author))
        db.session.commit()
    added = client.post("/api/authors", json={"name": "Jane"}, headers=headers)

    assert (refused.status_code, added.status_code) == (409, 201)
