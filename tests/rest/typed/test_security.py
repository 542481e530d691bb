"""Credentials: who has none of the accepted ones is 401 before anything is read."""

from flask import Flask, request

from carboy.rest import Api, api_key, http_bearer, session_cookie
from tests.rest.library import make_library


def test_without_credentials_it_is_401_with_a_challenge():
    client = make_library().test_client()

    answer = client.delete("/api/books/1")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    wrong = client.delete("/api/books/1", headers={"Authorization": "Bearer no"})
    assert wrong.status_code == 401


def test_one_of_several_kinds_is_enough_and_scopes_are_passed_on():
    asked = []

    def has_key(scopes):
        asked.append(scopes)
        return request.headers.get("X-Key") == "right"

    app = Flask(__name__)
    key = api_key("X-Key", has_key).with_scopes("write")
    api = Api(app, security=[http_bearer(lambda scopes: False), key])

    @api.get("/it")
    def it() -> int:
        return 1

    @api.get("/open", security=[])
    def everybody() -> int:
        return 2

    client = app.test_client()

    assert client.get("/it", headers={"X-Key": "right"}).json == 1
    assert client.get("/it").status_code == 401
    assert client.get("/open").json == 2
    assert asked == [("write",), ("write",)]


def test_definitions_are_those_of_openapi():
    def accept(scopes):
        return True

    assert dict(http_bearer(accept).definition) == {"type": "http", "scheme": "bearer"}
    assert session_cookie(accept, "sid").definition["name"] == "sid"
    assert api_key("X-Key", accept).definition["in"] == "header"
