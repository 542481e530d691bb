"""A source becomes one right environ, and an answer closes once."""

import io
from typing import Any
from wsgiref.validate import validator

import pytest
from flask import Flask

from carboy.engine import ServerRequest, ServerResponse, path_info


def make_source(**changes: Any) -> ServerRequest:
    fields: dict[str, Any] = {
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "path": "/",
        "query_string": "",
        "headers": [("host", "example.org")],
    }
    return ServerRequest(**(fields | changes))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/plain", "/plain"),
        ("/a%20b", "/a b"),
        ("/%C3%A4", "/\xc3\xa4"),
        ("/%FF", "/\xff"),
        ("/%zz", "/%zz"),
        ("/ä", "/\xc3\xa4"),
    ],
)
def test_a_target_becomes_what_wsgi_calls_path_info(target: str, expected: str) -> None:
    assert path_info(target) == expected


def test_the_environ_is_made_once_and_changes_stick() -> None:
    source = make_source()

    source.environ["x.mine"] = 1

    assert source.environ["x.mine"] == 1


def test_doubled_headers_are_joined_as_servers_join_them() -> None:
    headers = [("accept", "a"), ("accept", "b"), ("cookie", "x=1"), ("cookie", "y=2")]
    source = make_source(headers=headers)

    assert source.environ["HTTP_ACCEPT"] == "a,b"
    assert source.environ["HTTP_COOKIE"] == "x=1; y=2"
    assert source.find_header("accept") == "a,b"
    assert source.find_header("cookie") == "x=1; y=2"
    assert source.find_header("missing") is None


def test_the_length_is_what_the_edge_has_counted() -> None:
    source = make_source(
        method="POST",
        headers=[("content-type", "text/plain"), ("content-length", "999")],
        body=io.BytesIO(b"abc"),
        content_length=3,
    )

    assert source.environ["CONTENT_LENGTH"] == "3"
    assert source.environ["CONTENT_TYPE"] == "text/plain"
    assert source.environ["wsgi.input"].read() == b"abc"


def test_a_request_without_a_body_has_no_length() -> None:
    environ = make_source().environ

    assert "CONTENT_LENGTH" not in environ
    assert environ["wsgi.input"].read() == b""


def test_the_environ_passes_the_validator_of_the_standard_library() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "hello")
    environ = make_source(headers=[("host", "a.example"), ("x-y", "1")]).environ

    body = validator(app)(environ, lambda *_: lambda _: None)

    assert b"".join(body) == b"hello"
    body.close()


def test_extra_entries_overrule_the_fields() -> None:
    source = make_source(extra={"SCRIPT_NAME": "/app", "x.file": 1})

    assert source.environ["SCRIPT_NAME"] == "/app"
    assert source.environ["x.file"] == 1


def test_an_answer_closes_once() -> None:
    closed: list[int] = []
    answer = ServerResponse(200, "200 OK", [], b"", lambda: closed.append(1))

    answer.close()
    answer.close()

    assert closed == [1]
