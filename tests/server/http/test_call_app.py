"""If this passes, Flask apps go through the engine, all others by PEP 3333."""

import flask
import pytest
from flask import request
from werkzeug.middleware.proxy_fix import ProxyFix

from carboy.engine import ServerRequest
from carboy.server.http.call_app import make_respond


def ask(app):
    source = ServerRequest("GET", "http", "1.1", "/", "", [("host", "localhost")])
    return make_respond(app)(source)


def test_a_list_of_one_is_complete():
    closed = []

    class Body(list):
        def close(self):
            closed.append(True)

    def app(environ, start):
        start("200 OK", [("X", "1")])
        return Body([b"hello"])

    answer = ask(app)

    assert (answer.status, answer.headers, answer.body) == (200, [("X", "1")], b"hello")
    answer.close()
    assert closed == [True]


def test_one_piece_of_the_promised_length_is_complete():
    def app(environ, start):
        start("200 OK", [("Content-Length", "5")])
        return iter([b"", b"hello"])

    assert ask(app).body == b"hello"


@pytest.mark.parametrize("fails", [False, True])
def test_a_middleware_runs_to_its_end_after_the_only_piece(fails):
    seen = []

    def app(environ, start):
        start("200 OK", [("Content-Length", "5")])
        try:
            yield b"hello"
            seen.append("after")
            if fails:
                raise RuntimeError
        finally:
            seen.append("closed")

    answer = ask(app)

    assert (answer.body, seen) == (b"hello", [])
    if fails:
        with pytest.raises(RuntimeError):
            answer.close()
    else:
        answer.close()
    assert seen == ["after", "closed"]


def test_a_generator_is_not_read_ahead():
    read = []

    def app(environ, start):
        start("200 OK", [])

        def make():
            read.append(1)
            yield b"a"

        return make()

    answer = ask(app)

    assert read == []
    assert b"".join(answer.body) == b"a"


def test_start_response_may_come_with_the_first_piece():
    def app(environ, start):
        start("201 Created", [])
        yield b"a"
        yield b"b"

    answer = ask(app)

    assert answer.status == 201
    assert list(answer.body) == [b"a", b"b"]


def test_what_is_written_comes_first():
    def app(environ, start):
        start("200 OK", [])(b"written")
        return [b"returned"]

    assert ask(app).body == b"writtenreturned"


def test_an_error_may_replace_the_head():
    def app(environ, start):
        start("200 OK", [])
        error = ValueError()
        start("500 Oh", [], (ValueError, error, None))
        return [b""]

    assert ask(app).status == 500


def test_a_status_without_a_number_is_refused():
    def app(environ, start):
        start("OK", [])
        return []

    with pytest.raises(ValueError, match="OK"):
        ask(app)


def test_a_missing_or_second_start_is_refused():
    def twice(environ, start):
        start("200 OK", [])
        start("200 OK", [])
        return []

    for app in (twice, lambda environ, start: []):
        with pytest.raises(AssertionError, match="start_response"):
            ask(app)


def test_a_body_that_fails_at_once_is_closed():
    closed = []

    class Body:
        def __iter__(self):
            raise RuntimeError

        def close(self):
            closed.append(True)

    with pytest.raises(RuntimeError):
        ask(lambda environ, start: Body())

    assert closed == [True]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/", b"", b"got "),
        ("POST", "/", b"abc", b"got abc"),
        ("HEAD", "/", b"", b""),
        ("GET", "/write", b"", b"written returned"),
    ],
)
def test_the_validator_of_the_standard_library_has_no_complaint(
    serve, method, path, body, expected
):
    running = serve(target="shop:validated")

    reply = running.get(path, method=method, body=body)

    assert reply.status == 200, running.read_log()
    assert reply.body == expected
    assert "AssertionError" not in running.read_log()


def test_nothing_of_the_process_environment_is_in_the_environ(serve):
    running = serve(env={"SECRET_KEY": "canary-3141", "HTTP_PROXY": "canary-2718"})

    text = running.get("/environ", "Proxy: evil").body.decode()

    assert "canary" not in text
    assert "SECRET_KEY" not in text


def fetch_body(app) -> bytes:
    source = ServerRequest("GET", "http", "1.1", "/", "", [("host", "localhost")])
    answer = make_respond(app)(source)
    body = answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)
    answer.close()
    return body


def make_app():
    app = flask.Flask("site")
    app.add_url_rule("/", view_func=lambda: "from flask")
    return app


def test_a_flask_app_answers():
    assert fetch_body(make_app()) == b"from flask"


def test_a_middleware_around_a_flask_app_is_called():
    app = make_app()
    inner, called = app.wsgi_app, []

    def middleware(environ, start):
        called.append(environ["PATH_INFO"])
        return inner(environ, start)

    app.wsgi_app = middleware

    assert fetch_body(app) == b"from flask"
    assert called == ["/"]


def test_the_documented_proxy_fix_works():
    app = flask.Flask("site")
    app.add_url_rule("/", view_func=lambda: f"{request.remote_addr} {request.url}")
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1)
    headers = [
        ("host", "inner"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "shop.test"),
        ("x-forwarded-prefix", "/shop"),
    ]
    source = ServerRequest("GET", "http", "1.1", "/", "", headers, ("10.0.0.1", 5))

    answer = make_respond(app)(source)

    body = answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)
    assert body == b"203.0.113.9 https://shop.test/shop/"


def test_a_plain_callable_answers():
    def app(environ, start):
        start("200 OK", [])
        return [b"plain"]

    assert fetch_body(app) == b"plain"
