"""Error pages have hints for the developer, and for nobody else."""

import pytest
from flask import request

from carboy import Carboy, Settings

LOCAL = {"REMOTE_ADDR": "127.0.0.1"}


def make(profile="development", *, debug=True):
    settings = Settings(profile=profile, secret_key="k" * 40)
    app = Carboy("shop", settings=settings)
    app._is_started = True
    app.debug = debug
    app.add_url_rule("/books", "books", lambda: request.args["page"])
    app.add_url_rule("/save", "save", lambda: "", methods=["POST"])
    return app.test_client()


def test_a_404_lists_the_routes_that_come_near():
    client = make()

    page = client.get("/book", headers={"Accept": "text/html"})
    problem = client.get("/book", headers={"Accept": "application/json"})

    assert "Routes that come near" in page.text
    assert '<a href="/books"><code>/books</code></a>' in page.text
    assert problem.json["routes"][0] == {
        "rule": "/books",
        "methods": "GET",
        "endpoint": "books",
        "url": "/books",
    }


def test_an_error_of_the_request_says_what_is_missing():
    client = make()

    missing = client.get("/books?pgae=2", headers={"Accept": "application/json"})
    method = client.get("/save", headers={"Accept": "application/json"})

    assert missing.json["solution"]["title"] == "The request has no field page"
    assert "Near: pgae" in missing.json["solution"]["explanation"]
    assert method.json["solution"]["explanation"] == "It supports POST."


@pytest.mark.parametrize(
    ("client", "environ", "headers"),
    [
        (make(debug=False), LOCAL, {}),
        (make("production"), LOCAL, {}),
        (make(), {"REMOTE_ADDR": "203.0.113.7"}, {}),
        (make(), LOCAL, {"X-Forwarded-For": "127.0.0.1"}),
        (make(), LOCAL, {"Host": "evil.example.com"}),
    ],
)
def test_nobody_else_gets_them(client, environ, headers):
    for accept in ("text/html", "application/json"):
        answer = client.get(
            "/book", headers=headers | {"Accept": accept}, environ_overrides=environ
        )

        assert answer.status_code == 404
        assert "books" not in answer.text
        assert "come near" not in answer.text


def test_text_of_a_visitor_is_escaped():
    page = make().get("/book<script>", headers={"Accept": "text/html"})

    assert "<script>" not in page.text
