"""Resources."""

import pytest
from flask import Flask, make_response

from carboy.rest import Api, Resource
from carboy.rest.resource import represent


def loud(method):
    def wrapped(*args, **kwargs):
        return {"loud": method(*args, **kwargs)}

    return wrapped


def serve(resource):
    app = Flask(__name__)
    Api(app).add_resource(resource, "/")
    return app.test_client()


def test_decorators_wrap_all_methods_or_some():
    class All(Resource):
        method_decorators = [loud]  # noqa: RUF012 - as Flask-RESTful writes it

        def get(self):
            return 1

        def post(self):
            return 2

    class Some(All):
        method_decorators = {"post": [loud]}  # noqa: RUF012 - as Flask-RESTful writes it

    client = serve(All)
    assert client.get("/").json == {"loud": 1}
    assert client.post("/").json == {"loud": 2}
    client = serve(Some)
    assert client.get("/").json == 1
    assert client.post("/").json == {"loud": 2}


def test_a_resource_has_formats_of_its_own():
    class Page(Resource):
        representations = {"text/html": lambda d, s, h: make_response(str(d), s, h)}  # noqa: RUF012 - as Flask-RESTful writes it

        def get(self):
            return "<p>", 202

    client = serve(Page)
    answer = client.get("/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.text) == (202, "<p>")
    assert client.get("/", headers={"Accept": "application/json"}).json == "<p>"


def test_a_method_that_does_not_exist_is_named():
    with (
        Flask(__name__).test_request_context(method="PUT"),
        pytest.raises(AssertionError, match="no method 'put'"),
    ):
        Resource().dispatch_request()


@pytest.mark.parametrize("status", [201, "201 Created"])
def test_a_format_that_ignores_the_status_gets_it(status):
    with Flask(__name__).app_context():
        answer = represent(
            lambda data, _status, _headers: make_response(data),
            "text/plain",
            ("x", status, [("A", "1"), ("A", "2")]),
        )
    assert answer.status_code == 201
    assert answer.headers.getlist("A") == ["1", "2"]
    assert answer.mimetype == "text/plain"


def test_a_status_of_the_format_itself_stays():
    with Flask(__name__).app_context():
        answer = represent(
            lambda data, _status, _headers: make_response(data, 206),
            "text/plain",
            ("x", 200, {}),
        )
    assert answer.status_code == 206
