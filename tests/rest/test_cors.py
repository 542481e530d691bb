"""Answers for pages of other origins."""

from datetime import timedelta

import pytest
from flask import Flask

from carboy.rest import Api, Resource, cors


def serve(**options):
    class Open(Resource):
        @cors.crossdomain(**options)
        def get(self):
            return "data"

    app = Flask(__name__)
    Api(app).add_resource(Open, "/")
    return app.test_client()


def test_any_origin_may_read():
    headers = serve(origin="*", headers=["x-a"], expose_headers="X-B").get("/").headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Access-Control-Max-Age"] == "21600"
    assert headers["Access-Control-Allow-Headers"] == "X-A"
    assert headers["Access-Control-Expose-Headers"] == "X-B"
    assert {"GET", "OPTIONS"} <= set(
        headers["Access-Control-Allow-Methods"].split(", ")
    )
    assert "Access-Control-Allow-Credentials" not in headers


def test_one_of_several_origins_is_named():
    client = serve(origin=["https://a.example", "https://b.example"], credentials=True)
    answer = client.get("/", headers={"Origin": "https://b.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "https://b.example"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Vary"] == "Origin"
    answer = client.get("/", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_methods_and_age_are_set():
    age = timedelta(minutes=1)
    headers = serve(origin="*", methods=["put", "get"], max_age=age).get("/").headers
    assert headers["Access-Control-Allow-Methods"] == "GET, PUT"
    assert headers["Access-Control-Max-Age"] == "60"


def test_the_headers_may_be_for_preflights_only():
    headers = serve(origin="*", attach_to_all=False).get("/").headers
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    "options", [{}, {"origin": []}, {"origin": "*", "credentials": True}]
)
def test_what_cannot_be_right_is_refused(options):
    with pytest.raises(cors.CrossOriginError):
        cors.crossdomain(**options)
