"""Entity tags: an unchanged row is not sent again, a late change is refused."""

from threading import Barrier, Thread

import pytest


@pytest.fixture
def book(client):
    return client.post("/api/books", json={"title": "Emma"})


def test_a_client_that_has_a_row_hears_304(client, book):
    address = f"/api/books/{book.json['id']}"
    tag = client.get(address).headers["ETag"]

    assert tag == book.headers["ETag"]
    answer = client.get(address, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    client.patch(address, json={"pages": 3})
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_the_tag_is_that_of_the_row_whatever_fields_are_shown(client, book):
    address = f"/api/books/{book.json['id']}"
    queries = ("", "?fields=id", "?fields=title")
    tags = {client.get(address + query).headers["ETag"] for query in queries}

    assert len(tags) == 1
    (tag,) = tags
    few = client.get(f"{address}?fields=id", headers={"If-None-Match": tag})
    assert few.status_code == 304
    answer = client.patch(address, json={"title": "x"}, headers={"If-Match": tag})
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_change_of_what_was_changed_meanwhile_is_412(client, book, method):
    address = f"/api/books/{book.json['id']}"
    late = {"If-Match": book.headers["ETag"]}
    client.patch(address, json={"pages": 3})
    body = {} if method == "delete" else {"json": {"title": "late"}}

    answer = client.open(address, method=method, headers=late, **body)

    assert answer.status_code == 412
    assert client.get(address).json["title"] == "Emma"
    fresh = {"If-Match": client.get(address).headers["ETag"]}
    assert client.open(address, method=method, headers=fresh, **body).status_code < 300


def test_of_many_changes_at_once_one_wins(app, book):
    address = f"/api/books/{book.json['id']}"
    headers = {"If-Match": book.headers["ETag"]}
    statuses: list[int] = []
    barrier = Barrier(6)

    def change(number):
        client = app.test_client()
        barrier.wait()
        answer = client.patch(address, json={"pages": number + 1}, headers=headers)
        statuses.append(answer.status_code)

    threads = [Thread(target=change, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + [412] * 5
