"""One typed function: its address, its arguments, its response."""

from typing import Annotated

import pytest
from flask import Flask

from carboy.rest import Api, OperationError, header
from tests.rest.library import make_library


@pytest.fixture
def client():
    return make_library().test_client()


def test_a_body_is_read_and_a_row_is_written_as_its_view(client):
    answer = client.post("/api/books", json={"title": "Emma"}, headers={"X-Trace": "!"})

    assert answer.status_code == 201
    assert answer.json == {"id": 3, "title": "Emma!", "author": None}
    assert "canary" not in client.get("/api/books").text


def test_numbers_in_the_address_are_numbers_or_404(client):
    assert client.get("/api/books/1").json["author"] == {"id": 7, "name": "Jane"}
    for wrong in ("x", "1.5", "99", "-1"):
        answer = client.get(f"/api/books/{wrong}")
        assert (answer.status_code, answer.json["status"]) == (404, 404)


def test_none_is_204_where_nothing_is_returned(client):
    right = {"Authorization": "Bearer right"}

    answer = client.delete("/api/books/1", headers=right)

    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert client.get("/api/books/1").status_code == 404


def test_methods_that_are_not_there_are_405_with_those_that_are(client):
    answer = client.patch("/api/books")

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {
        "GET",
        "POST",
        "HEAD",
        "OPTIONS",
    }
    assert answer.content_type == "application/problem+json"
    assert client.head("/api/books").status_code == 200
    assert client.options("/api/books").status_code == 200


def test_a_class_answers_with_its_methods(client):
    assert client.get("/api/authors/Jane").json == {"id": 1, "name": "Jane"}
    answer = client.put("/api/authors/Jane", json={"id": 9, "name": "x"})
    assert (answer.status_code, answer.json) == (202, {"id": 9, "name": "Jane"})


def test_data_status_and_headers_may_be_returned_together():
    app = Flask(__name__)
    api = Api(app)

    @api.get("/things")
    def things() -> tuple[list[int], int, dict[str, str]]:
        return [1], 203, {"X-Own": "1"}

    answer = app.test_client().get("/things")

    assert (answer.json, answer.status_code, answer.headers["X-Own"]) == ([1], 203, "1")


def test_an_id_with_an_own_converter_keeps_it():
    app = Flask(__name__)
    api = Api(app)

    @api.get("/files/<path:name>")
    def read(name: str) -> str:
        return name

    assert app.test_client().get("/files/a/b").json == "a/b"


def test_the_function_stays_what_it_was():
    api = Api()

    @api.get("/double")
    def double(number: int) -> int:
        return 2 * number

    assert double(4) == 8


def test_two_operations_with_one_name_are_refused():
    api = Api()

    @api.get("/a")
    def same() -> int:
        return 1

    with pytest.raises(OperationError, match="two operations with the name 'same'"):

        @api.get("/b", endpoint="same")
        def other() -> int:
            return 2


def test_mistakes_of_all_parameters_are_listed():
    app = Flask(__name__)
    api = Api(app)

    @api.post("/books/<number>")
    def add(
        number: int, title: str, page: int, trace: Annotated[int, header("X-Trace")]
    ) -> None: ...

    client = app.test_client()
    answer = client.post("/books/1?page=x", headers={"X-Trace": "y"})

    mistakes = {(each["in"], each["path"]) for each in answer.json["errors"]}
    assert mistakes == {("query", "/title"), ("query", "/page"), ("header", "/X-Trace")}
    assert client.post("/books/x?page=x").status_code == 404
