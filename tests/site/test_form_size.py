"""A form that is too large is refused, whichever way it is encoded and read."""

import io

import pytest
from flask import Flask

from carboy.forms import Forms
from carboy.site import check_form_size

BROWSER = {"User-Agent": "Mozilla/5.0"}


@pytest.fixture
def app():
    app = Flask("shop")
    app.secret_key = "k" * 32

    @app.post("/")
    def save():
        check_form_size()
        return "saved"

    return app


def test_an_urlencoded_form_has_the_limit_of_a_multipart_form(app):
    client = app.test_client()

    def send(size):
        return client.post("/", data={"f": "x" * size}).status_code

    assert send(499_990) == 200
    assert send(500_010) == 413


def test_a_body_without_a_length_is_measured(app):
    def send(size):
        return app.test_client().post(
            "/",
            input_stream=io.BytesIO(b"f=" + b"x" * size),
            content_type="application/x-www-form-urlencoded",
            headers={"Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )

    assert send(9).status_code == 200
    assert send(600_000).status_code == 413


def test_other_bodies_are_not_looked_at(app):
    response = app.test_client().post(
        "/", data=b"&" * 600_000, content_type="application/octet-stream"
    )

    assert response.status_code == 200


def test_looking_for_a_token_reads_no_form_that_is_too_large(app):
    Forms(app)
    client = app.test_client()

    many = {f"f{number}": "1" for number in range(1_001)}
    assert client.post("/", data=many, headers=BROWSER).status_code == 413
    few = {f"f{number}": "1" for number in range(1_000)}
    assert client.post("/", data=few, headers=BROWSER).status_code == 400
