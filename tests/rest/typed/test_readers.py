"""Parameters: each place of a request."""

import io
from typing import Annotated

import pytest
from flask import Flask

from carboy.rest import Api, header
from tests.rest.library import make_library


@pytest.fixture
def client():
    return make_library().test_client()


def test_lists_of_the_query_string_keep_their_order(client):
    client.set_cookie("theme", "dark")

    assert client.get("/api/tags?tag=a&tag=b").json == ["a", "b", "dark"]


def test_all_mistakes_of_the_query_string_are_reported(client):
    answer = client.get("/api/books?page=x&per_page=0")

    assert answer.status_code == 422
    found = {(e["in"], e["path"], e["code"]) for e in answer.json["errors"]}
    assert found == {("query", "/page", "type"), ("query", "/per_page", "too_small")}


def test_a_missing_parameter_is_named(client):
    [error] = client.get("/api/tags").json["errors"]

    assert (error["in"], error["path"], error["code"]) == ("query", "/tag", "missing")


def test_a_form_is_read_with_its_files(client):
    data = {"text": "hi", "stars": "3", "scan": (io.BytesIO(b"x"), "a.png")}

    assert client.post("/api/notes", data=data).json == {
        "text": "hi",
        "stars": 3,
        "scan": "a.png",
    }
    wrong = client.post("/api/notes", data={"stars": "x"})
    assert {e["path"] for e in wrong.json["errors"]} == {"/text", "/stars"}


def test_several_files_come_as_a_list_and_none_is_a_mistake(client):
    files = [(io.BytesIO(b"x"), "a"), (io.BytesIO(b"y"), "b")]

    assert client.post("/api/scans", data={"scan": files}).json == 2
    assert client.post("/api/scans", data={}).json["errors"][0]["path"] == "/scan"


def test_a_default_that_is_a_list_is_not_shared_between_requests():
    app = Flask(__name__)
    api = Api(app)

    @api.get("/grow")
    def grow(items: list[str] = ["a"]) -> list[str]:  # noqa: B006 - what is tested
        items.append("b")
        return items

    client = app.test_client()
    client.get("/grow")

    assert client.get("/grow").json == ["a", "b"]


def test_a_header_has_dashes_where_the_name_has_none():
    app = Flask(__name__)
    api = Api(app)

    @api.get("/agent")
    def agent(user_agent: Annotated[str, header()]) -> str:
        return user_agent

    assert app.test_client().get("/agent", headers={"User-Agent": "me"}).json == "me"
