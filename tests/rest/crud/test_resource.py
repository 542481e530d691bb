"""Policies and scopes: rows of others are not there, refused actions change nothing."""

import pytest
from flask import request

from carboy.rest.typed import decode_key
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
    assert client.get("/api/books", headers=bob).json["items"] == []
    assert client.get("/api/books", headers=ann).json["items"] == [book]


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


def make_hiding_client(sqlite_shop, **options):
    """Return a client that may read its own rows; three others are hidden."""
    app = sqlite_shop(
        allow={"read": lambda row: row.owner == visitor()},
        filters={"title": ("eq", "in", "startswith")},
        sort=("title", "pages"),
        **options,
    )
    with app.app_context():
        for number in range(6):
            owner = "ann" if number % 2 else "bob"
            title, pages = f"{owner} {number}", number or None
            db.session.add(Book(title=title, owner=owner, pages=pages))
        db.session.commit()
    return app.test_client()


def read_titles(client, address):
    page = client.get(address, headers={"X-Who": "ann"}).json
    return [item["title"] for item in page["items"]], page


def test_a_list_tells_nothing_of_rows_that_may_not_be_read(sqlite_shop):
    client = make_hiding_client(sqlite_shop)

    titles, page = read_titles(client, "/api/books?per_page=2")
    assert titles == ["ann 1", "ann 3"]
    assert "total" not in page
    # A hidden row that a filter meets takes no place on a page.
    guesses = "title__in=bob 0&title__in=ann 1&per_page=1&sort=-title"
    assert read_titles(client, f"/api/books?{guesses}")[0] == ["ann 1"]
    none, _ = read_titles(client, "/api/books?title__startswith=bob")
    beyond, _ = read_titles(client, "/api/books?title__startswith=nobody")
    assert none == beyond == []


def test_a_key_tells_nothing_of_rows_that_may_not_be_read(sqlite_shop):
    client = make_hiding_client(sqlite_shop, paging="key")

    titles, page = read_titles(client, "/api/books?per_page=2&sort=-pages")
    assert titles == ["ann 5", "ann 3"]
    assert decode_key(page["next"]) == [3, 4]
    titles, page = read_titles(
        client, f"/api/books?per_page=2&sort=-pages&after={page['next']}"
    )
    assert (titles, page["next"]) == (["ann 1"], None)


def test_rules_for_some_actions_leave_lists_as_they_are(sqlite_shop, count_queries):
    app = sqlite_shop(allow={"delete": lambda row: False})
    client = app.test_client()
    client.post("/api/books", json={"title": "Emma"})

    assert client.get("/api/books").json["total"] == 1
    assert client.delete("/api/books/1").status_code == 403
    assert client.patch("/api/books/1", json={"title": "x"}).status_code == 200


@pytest.mark.parametrize("method", ["post", "bulk", "patch", "put"])
def test_nobody_writes_a_row_out_of_his_own_scope(sqlite_shop, method):
    app = sqlite_shop(scope=lambda select: select.where(Book.title != "taboo"))
    client = app.test_client()
    client.post("/api/books", json={"title": "Emma"})
    body = {"title": "taboo"}

    if method == "bulk":
        answer = client.post("/api/books/bulk", json=[{"title": "x"}, body])
    elif method == "post":
        answer = client.post("/api/books", json=body)
    else:
        answer = client.open("/api/books/1", method=method, json=body)

    assert answer.status_code == 403
    with app.app_context():
        assert [book.title for book in db.session.query(Book)] == ["Emma"]


def test_a_guess_of_a_tag_is_not_compared_for_strangers(sqlite_shop):
    app = sqlite_shop(allow={"update": lambda row: False})
    client = app.test_client()
    client.post("/api/books", json={"title": "Emma"})
    tag = client.get("/api/books/1").headers["ETag"]

    for guess in (tag, '"other"'):
        headers = {"If-Match": guess}
        answer = client.patch("/api/books/1", json={"title": "x"}, headers=headers)
        assert answer.status_code == 403
