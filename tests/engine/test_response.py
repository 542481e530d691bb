"""What goes out is what Flask's Response would have sent."""

from typing import Any

import pytest
from flask import Flask, Response, make_response, redirect
from twins import Fast, call_app, check_same, make, read, source, warm_up
from werkzeug.test import create_environ

from carboy.engine import respond


def cleared() -> Response:
    response = make_response("something")
    del response.headers["Content-Length"]
    response.stream.write("more")
    return response


RESULTS: dict[str, Any] = {
    "text": lambda: "häl<o>",
    "empty": lambda: "",
    "bytes": lambda: b"\x00\xff",
    "dict": lambda: {"b": 1, "a": ["ä", None, 1.5]},
    "list": lambda: [1, 2],
    "status": lambda: ("made", 201),
    "odd-status": lambda: ("x", 299),
    "no-content": lambda: ("", 204),
    "not-modified": lambda: ("", 304),
    "text-status": lambda: ("x", "418 I am a teapot"),
    "headers": lambda: ("x", {"X-One": "1"}),
    "all": lambda: ({"a": 1}, 202, [("X-One", "1"), ("X-One", "2")]),
    "response": lambda: Response("x", headers={"X-One": "1"}),
    "no-length": lambda: Response(["a", "b"]),
    "text-pieces": lambda: Response(["ä"]),
    "generator": lambda: (piece for piece in ("a", "b")),
    "location": lambda: redirect("/ä?x=ö"),
    "content-location": lambda: Response("x", headers={"Content-Location": "/ä"}),
    "wsgi": lambda: lambda environ, start: (start("200 OK", []), [b"wsgi"])[1],
    "mimetype": lambda: Response("x", mimetype="text/plain"),
    "cleared": cleared,
    "bytearray": lambda: bytearray(b"x"),
}


def build(app: Any) -> None:
    for name, view in RESULTS.items():
        app.add_url_rule(f"/{name}", name, view, methods=["GET", "POST"])


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_every_kind_of_result_is_sent_as_stock_flask_sends_it(method: str) -> None:
    check_same(build, *(f"/{name}" for name in RESULTS), method=method)
    if method == "GET":
        check_same(build, *(f"/{name}" for name in RESULTS))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_hook_sees_the_response_that_stock_flask_makes(method: str) -> None:
    def with_hook(app: Any) -> None:
        build(app)

        @app.after_request
        def look(response: Any) -> Any:
            response.headers["X-Seen"] = (
                f"{type(response) is Response} {response.status} {response.mimetype} "
                f"{response.content_length} {response.is_sequence} {response!r}"
            )
            return response

    names = [name for name in RESULTS if name not in {"generator", "wsgi"}]
    check_same(with_hook, *(f"/{name}" for name in names), method=method)


def test_what_should_happen_at_the_end_happens_at_close() -> None:
    closed: list[str] = []

    def with_close(app: Any) -> None:
        @app.route("/close")
        def view() -> Response:
            response = make_response("x")
            response.call_on_close(lambda: closed.append("closed"))
            return response

    app = warm_up(make(with_close))
    assert call_app(app, create_environ("/close"))[2] == b"x"
    answer = respond(app, source("/close"))
    assert closed == ["closed"]
    assert read(answer)[2] == b"x"

    assert closed == ["closed", "closed"]


def test_a_changed_default_of_the_class_counts(monkeypatch: Any) -> None:
    for name, value in (
        ("default_mimetype", "text/plain"),
        ("autocorrect_location_header", True),
        ("default_status", 201),
        ("automatically_set_content_length", False),
    ):
        monkeypatch.setattr(Response, name, value)
        check_same(build, "/text", "/dict", "/response", "/location", "/all")
        monkeypatch.undo()


def test_a_response_class_of_the_apps_own_is_made_by_its_constructor() -> None:
    class Own(Response):
        default_mimetype = "text/x-own"

    def with_class(app: Any) -> None:
        app.response_class = Own
        build(app)

    replies = check_same(with_class, "/text", "/dict", "/all", "/response")

    assert ("Content-Type", "text/x-own; charset=utf-8") in replies[0][1]


def test_a_result_that_is_none_is_an_error_with_flasks_message() -> None:
    for base in (Flask, Fast):
        app = make(lambda app: app.add_url_rule("/", "i", lambda: None), base)
        app.testing = True
        with pytest.raises(TypeError, match="did not return a valid response"):
            app.test_client().get("/")
