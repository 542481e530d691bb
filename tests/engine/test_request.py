"""A lazy request is the app's own request class in every respect."""

from typing import Any

import pytest
from flask import Flask, Request, request
from twins import Fast, call_app, make, read, source, warm_up
from werkzeug.test import create_environ

from carboy.engine import respond
from carboy.engine.flask_features import READS_HOST_AT_START
from carboy.engine.request import decode_wsgi, supports_lazy_request

NAMES = (
    "method",
    "scheme",
    "server",
    "root_path",
    "path",
    "query_string",
    "remote_addr",
    "host",
    "url",
    "base_url",
    "full_path",
    "content_type",
    "content_length",
    "mimetype",
    "is_json",
    "shallow",
)


class Mine(Request):
    def greet(self) -> str:
        return f"hello {self.path}"


def look(app: Any) -> None:
    @app.route("/<path:rest>", methods=["GET", "POST"])
    def view(rest: str) -> dict[str, Any]:
        seen = {name: repr(getattr(request, name)) for name in NAMES}
        seen["headers"] = repr(sorted(request.headers))
        seen["cookies"] = repr(sorted(request.cookies.items()))
        seen["args"] = repr(request.args)
        seen["form"] = repr(request.form)
        return seen


def test_each_attribute_is_what_stock_flask_computes() -> None:
    replies = [
        call_app(
            make(look, base),
            create_environ(
                "/ä/b c?x=1&y=ä",
                base_url="https://example.org:8443/app",
                method="POST",
                data={"a": "b"},
                headers={"Cookie": "k=v; l=w", "X-One": "1"},
            ),
        )
        for base in (Flask, Fast)
    ]

    assert replies[0] == replies[1]


def test_a_subclass_stays_what_it_is() -> None:
    def build(app: Any) -> None:
        app.request_class = Mine

        @app.route("/")
        def view() -> str:
            found = request._get_current_object()  # type: ignore[attr-defined]  # a proxy
            assert isinstance(found, Mine)
            assert type(found).__name__ == "Mine"
            return found.greet()

    assert make(build).test_client().get("/").text == "hello /"


@pytest.mark.parametrize(
    "body",
    [
        {"__init__": Request.__init__},
        {"path": property(lambda self: "/mine")},
        {"host": "fixed"},
        {"__setattr__": object.__setattr__},
    ],
)
def test_a_class_that_reckons_with_its_constructor_is_filled_by_it(
    body: dict[str, Any],
) -> None:
    assert not supports_lazy_request(type("Own", (Request,), body))
    assert supports_lazy_request(Mine)


def test_whoever_changes_the_environ_changes_nothing_that_was_there_before() -> None:
    def build(app: Any) -> None:
        @app.before_request
        def move() -> None:
            request.environ.update(
                PATH_INFO="/moved",
                HTTP_HOST="evil.example",
                QUERY_STRING="x=2",
                REMOTE_ADDR="9.9.9.9",
            )
            request.environ["wsgi.url_scheme"] = "https"

        @app.route("/here")
        def here() -> list[Any]:
            url = app.url_for("here", _external=True)
            return [request.path, request.host, request.args["x"], request.scheme, url]

    stock, fast = (warm_up(make(build, base)) for base in (Flask, Fast))
    host = "localhost" if READS_HOST_AT_START else "evil.example"

    answers = [app.test_client().get("/here?x=1").json for app in (stock, fast)]

    expected = ["/here", host, "1", "http", "http://localhost/here"]
    assert answers == [expected, expected]


def test_the_environ_of_the_edge_is_made_when_it_is_read_and_not_before() -> None:
    def build(app: Any) -> None:
        @app.route("/plain")
        def plain() -> str:
            return request.headers.get("x-one", "") + request.path + request.host

        @app.route("/environ")
        def environ() -> str:
            request.environ["x.mine"] = 1
            assert request.environ["werkzeug.request"] == request
            return request.headers["X-One"]

    app = warm_up(make(build))
    headers = [("host", "localhost"), ("x-one", "1")]
    plain = source("/plain", headers=headers)
    environ = source("/environ", headers=headers)

    assert read(respond(app, plain))[2] == b"1/plainlocalhost"
    assert plain.built_environ is None
    assert read(respond(app, environ))[2] == b"1"
    assert environ.environ["x.mine"] == 1
    assert environ.environ["werkzeug.request"] is None


def test_headers_of_the_edge_are_read_as_those_of_an_environ() -> None:
    def build(app: Any) -> None:
        @app.route("/")
        def view() -> list[Any]:
            found = request.headers
            return [
                found.get("ACCEPT"),
                found.get("x_under"),
                found.get("content-type"),
                found.get("content-length"),
                "missing" in found,
                found.getlist("accept"),
                len(found),
            ]

    headers = [
        ("host", "localhost"),
        ("accept", "a"),
        ("accept", "b"),
        ("content-type", "text/x"),
        ("x-under", "1"),
    ]
    app = warm_up(make(build))
    body = read(respond(app, source(headers=headers, content_length=0)))[2]

    assert body == b'["a,b","1","text/x","0",false,["a,b"],5]\n'


def test_bytes_that_are_not_utf8_are_replaced() -> None:
    assert decode_wsgi("\xc3\xa4") == "ä"
    assert decode_wsgi("\xff") == "\ufffd"
    assert decode_wsgi("plain") == "plain"
