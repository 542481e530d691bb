"""Fields, files and JSON bodies are read alike, however they are nested."""

import pytest
from flask import Flask
from wtforms import FieldList, FormField, SelectMultipleField, StringField

from carboy.forms import Form
from carboy.forms.submitted import is_submitted, read_submitted


class Line(Form):
    word = StringField()


class Letter(Form):
    lines = FieldList(FormField(Line))
    tags = FieldList(StringField())
    colours = SelectMultipleField(choices=["red", "blue"])
    sender = FormField(Line)


@pytest.fixture
def app():
    app = Flask("shop")
    app.secret_key = "k" * 32

    @app.post("/")
    def save():
        form = Letter()
        return {"valid": form.validate_on_submit(), **form.data}

    return app


BODY = {
    "lines": [{"word": "a"}, {"word": "b"}],
    "tags": ["x", "y"],
    "colours": ["red", "blue"],
    "sender": {"word": "me"},
}


def test_a_nested_json_body_fills_the_same_form(app):
    fields = {
        "lines-0-word": "a",
        "lines-1-word": "b",
        "tags-0": "x",
        "tags-1": "y",
        "colours": ["red", "blue"],
        "sender-word": "me",
    }
    client = app.test_client()

    as_json, as_form = client.post("/", json=BODY), client.post("/", data=fields)

    assert as_json.json == as_form.json
    assert as_json.json["valid"]
    assert as_json.json["lines"] == BODY["lines"]
    assert as_json.json["colours"] == ["red", "blue"]


@pytest.mark.parametrize("depth", [900, 10_000, 100_000])
@pytest.mark.parametrize("halves", ["[]", ('{"a":', "}")])
def test_a_deep_body_is_no_error_of_the_site(app, depth, halves):
    body = halves[0] * depth + "1" + halves[1] * depth

    response = app.test_client().post("/", data=body, content_type="application/json")

    assert response.status_code in {200, 400}


def test_a_request_that_reads_sends_nothing(app):
    with app.test_request_context("/?a=1"):
        assert not is_submitted()
        assert not read_submitted()
    assert not is_submitted()


def test_half_a_character_in_json_is_replaced_as_in_a_form(app):
    @app.post("/page")
    def page():
        form = Line()
        return form.word() + "".join(read_submitted())

    body = '{"word": "a\\ud800b", "key\\udfff": "\\ud83d\\ude00"}'
    response = app.test_client().post(
        "/page", data=body, content_type="application/json"
    )

    assert response.status_code == 200
    assert "a\ufffdb" in response.text
    assert "key\ufffd" in response.text


def test_a_whole_character_in_two_halves_is_kept(app):
    with app.test_request_context(
        method="POST", data='{"w": "\\ud83d\\ude00"}', content_type="application/json"
    ):
        assert read_submitted()["w"] == "\U0001f600"
