"""Fields, files and JSON bodies are read alike, however they are nested."""

import io

import pytest
from flask import Flask
from wtforms import (
    DateField,
    FieldList,
    FileField,
    FormField,
    SelectMultipleField,
    StringField,
)

from carboy.forms import Form
from carboy.forms.submitted import is_submitted, read_submitted
from carboy.forms.validators import Length, Optional


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


class Upload(Form):
    name = StringField("Name", [Length(max=10)])
    day = DateField("Day", [Optional()])
    picture = FileField("Picture")
    pages = FieldList(FileField("Page"))
    lines = FieldList(FormField(Line))


@pytest.fixture
def upload(app):
    @app.post("/upload")
    def save_upload():
        form = Upload(prefix="a")
        is_valid = form.validate_on_submit()
        return {
            "valid": is_valid,
            "name": form.name.data,
            "day": str(form.day.data),
            "picture": getattr(form.picture.data, "filename", form.picture.data),
            "pages": [getattr(each, "filename", each) for each in form.pages.data],
            "lines": form.lines.data,
        }

    def send(**data):
        named = {f"a-{name}": value for name, value in data.items()}
        return app.test_client().post("/upload", data=named)

    return send


def make_file():
    return io.BytesIO(b"x"), "x.gif"


def test_a_file_for_a_field_of_text_is_as_if_nothing_was_sent(upload):
    response = upload(
        name=make_file(), day=make_file(), **{"lines-0-word": make_file()}
    )

    assert response.status_code == 200
    assert response.json["name"] is None
    assert response.json["day"] == "None"
    assert response.json["lines"] == []


def test_text_for_a_field_of_files_is_as_if_nothing_was_sent(upload):
    response = upload(name="Ada", picture="x.gif", **{"pages-0": "x.gif"})

    assert response.json["name"] == "Ada"
    assert response.json["picture"] is None
    assert response.json["pages"] == []


class WithPicture(Form):
    picture = FileField()


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (FieldList(FileField()), "it-0"),
        (FormField(WithPicture), "it-picture"),
        (FieldList(FormField(WithPicture)), "it-0-picture"),
    ],
)
def test_a_field_of_files_within_another_gets_no_text(app, field, name):
    form_class = type("Nested", (Form,), {"it": field})
    with app.test_request_context("/", method="POST", data={name: "x.gif"}):
        data = form_class(meta={"csrf": False}).it.data

    assert data in ([], {"picture": None})


def test_files_and_text_reach_the_fields_that_are_for_them(upload):
    response = upload(
        name="Ada", picture=make_file(), **{"pages-0": make_file(), "lines-0-word": "a"}
    )

    assert response.json["picture"] == "x.gif"
    assert response.json["pages"] == ["x.gif"]
    assert response.json["lines"] == [{"word": "a"}]


def test_a_field_of_the_site_may_read_files(app):
    class Pictures(StringField):
        def process_formdata(self, valuelist):
            self.data = [each.filename for each in valuelist]

    class Own(Form):
        picture = Pictures()

    data = {"picture": make_file()}
    with app.test_request_context("/", method="POST", data=data):
        assert Own(meta={"csrf": False}).picture.data == ["x.gif"]


@pytest.mark.parametrize("most", [1_000, 3])
def test_more_fields_than_the_setting_allows_are_refused(app, most):
    app.config["MAX_FORM_PARTS"] = most
    client = app.test_client()

    def send(count, kind):
        fields = {f"f{number}": "1" for number in range(count)}
        return client.post("/", **{kind: fields}).status_code

    assert send(most, "data") == send(most, "json") == 200
    assert send(most + 1, "data") == send(most + 1, "json") == 413
    lines = [{"word": "a"}] * (most + 1)
    assert client.post("/", json={"lines": lines}).status_code == 413


def test_a_site_can_have_no_limit(app):
    app.config.update(MAX_FORM_PARTS=None, MAX_FORM_MEMORY_SIZE=None)
    client = app.test_client()
    fields = {f"f{number}": "1" for number in range(2_000)}

    assert client.post("/", data=fields).status_code == 200
    assert client.post("/", json=fields).status_code == 200
    assert client.post("/", data={"f": "x" * 600_000}).status_code == 200
