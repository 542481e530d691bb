"""Policies and scopes: rows of others are not there, refused actions change nothing."""

import pytest
from flask import request

from tests.rest.crud.shop import Book, db


def visitor():
    return request.headers.get("X-Who", "")


@pytest.fixture
def client(sqlite_shop):
    app = sqlite_shop(
        scope=lambda select: select.where(Book.owner == visitor()),
        prepare=lambda row: setattr(row, "owner", visitor()),
        allow=lambda action, row: visitor() != "guest" or action in {"list", "read"},
    )
    with app.app_context():
        db.session.add(Book(title="guest's", owner="guest"))
        db.session.commit()
    return app.test_client()


def test_rows_of_others_are_not_there(client):
    ann, bob = {"X-Who": "ann"}, {"X-Who": "bob"}
    book = client.post("/api/books", json={"title": "Emma"}, headers=ann).json
    address = f"/api/books/{book['id']}"

    assert client.get(address, headers=ann).status_code == 200
    for method in ("get", "put", "patch", "delete"):
        body = {} if method in {"get", "delete"} else {"json": {"title": "x"}}
        answer = client.open(address, method=method, headers=bob, **body)
        assert answer.status_code == 404
        tagged = {**bob, "If-Match": '"x"'}
        answer = client.open(address, method=method, headers=tagged, **body)
        assert answer.status_code == 404
    assert client.get("/api/books", headers=bob).json["total"] == 0
    assert client.get("/api/books", headers=ann).json["total"] == 1


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_refused_action_changes_nothing(client, method):
    guest = {"X-Who": "guest"}
    [own] = client.get("/api/books", headers=guest).json["items"]
    address = "/api/books" if method == "post" else f"/api/books/{own['id']}"
    body = {} if method == "delete" else {"json": {"title": "x"}}

    answer = client.open(address, method=method, headers=guest, **body)

    assert answer.status_code == 403
    assert client.get("/api/books", headers=guest).json["items"] == [own]


def test_a_change_is_judged_by_what_the_row_becomes(sqlite_shop):
    app = sqlite_shop(allow=lambda action, row: row is None or row.title != "taboo")
    client = app.test_client()
    book = client.post("/api/books", json={"title": "Emma"}).json

    answer = client.patch(f"/api/books/{book['id']}", json={"title": "taboo"})

    assert answer.status_code == 403
    assert client.get(f"/api/books/{book['id']}").json["title"] == "Emma"
    assert client.post("/api/books", json={"title": "taboo"}).status_code == 403


def test_a_list_shows_no_row_that_may_not_be_read(sqlite_shop):
    app = sqlite_shop(
        allow=lambda action, row: action != "read" or row.title != "taboo"
    )
    client = app.test_client()
    for title in ("Emma", "taboo"):
        client.post("/api/books", json={"title": title})

    items = client.get("/api/books").json["items"]

    assert [item["title"] for item in items] == ["Emma"]
