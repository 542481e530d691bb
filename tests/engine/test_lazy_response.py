"""A response that is known byte for byte goes out as any other would."""

import pytest
from flask import Flask
from flask.wrappers import Response

from carboy import Carboy
from carboy.engine import RawResponse, make_lazy_response

PAGE: RawResponse = (
    "200 OK",
    [("Content-Type", "text/plain"), ("Content-Length", "2"), ("ETag", '"a"')],
    b"hi",
)


@pytest.fixture(params=[Carboy, Flask], ids=["engine", "stock"])
def app(request):
    return request.param(__name__)


def test_goes_out_as_it_is(app):
    app.add_url_rule("/", "page", lambda: make_lazy_response(PAGE))

    answer = app.test_client().get("/")

    assert (answer.status, answer.data) == ("200 OK", b"hi")
    assert answer.headers.to_wsgi_list() == PAGE[1]


def test_hooks_may_change_one_without_changing_the_next(app):
    app.add_url_rule("/", "page", lambda: make_lazy_response(PAGE))

    @app.after_request
    def mark(response: Response) -> Response:
        response.headers.add("X-Mark", "1")
        return response

    client = app.test_client()
    client.get("/")
    answer = client.get("/")

    assert answer.headers.getlist("X-Mark") == ["1"]
    assert len(PAGE[1]) == 3


def test_a_decorator_may_change_its_parts(app):
    def page() -> Response:
        ready = make_lazy_response(PAGE)
        ready.headers["X-Own"] = "yes"
        ready.set_data(b"changed")
        ready.status_code = 201
        return ready

    app.add_url_rule("/", "page", page)

    answer = app.test_client().get("/")

    assert (answer.status_code, answer.data) == (201, b"changed")
    assert answer.headers["X-Own"] == "yes"
    assert answer.headers["Content-Length"] == "7"


def test_runs_what_wants_to_run_when_it_is_sent(app):
    ran = []

    def page() -> Response:
        ready = make_lazy_response(PAGE)
        ready.call_on_close(lambda: ran.append(1))
        return ready

    app.add_url_rule("/", "page", page)

    app.test_client().get("/").close()

    assert ran == [1]


def test_a_head_request_gets_no_body(app):
    app.add_url_rule("/", "page", lambda: make_lazy_response(PAGE))

    answer = app.test_client().head("/")

    assert answer.data == b""
    assert answer.headers["Content-Length"] == "2"
