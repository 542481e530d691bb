"""If this passes, Flask apps go through the engine and all others through WSGI."""

import flask
from flask import request
from werkzeug.middleware.proxy_fix import ProxyFix

from carboy.engine import ServerRequest
from carboy.server.http.apps import make_respond


def ask(app) -> bytes:
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
    assert ask(make_app()) == b"from flask"


def test_a_middleware_around_a_flask_app_is_called():
    app = make_app()
    inner, called = app.wsgi_app, []

    def middleware(environ, start):
        called.append(environ["PATH_INFO"])
        return inner(environ, start)

    app.wsgi_app = middleware

    assert ask(app) == b"from flask"
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

    assert ask(app) == b"plain"
