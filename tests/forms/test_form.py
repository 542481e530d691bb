"""A form reads the request by itself and writes its own fields only."""

import io

import pytest
from flask import Flask, render_template_string, request
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    FormField,
    IntegerField,
    PasswordField,
    StringField,
    SubmitField,
    ValidationError,
)

from carboy.forms import FlaskForm, Form, Forms
from carboy.forms.validators import DataRequired, EqualTo, Length, NumberRange
from carboy.ui import UI


class LoginForm(FlaskForm):
    """As the notes write it."""

    username = StringField("User name", validators=[DataRequired(), Length(1, 64)])
    password = PasswordField("Password", validators=[DataRequired()])
    again = PasswordField("Again", validators=[EqualTo("password", "They differ.")])
    remember = BooleanField("Keep me logged in")
    submit = SubmitField("Log in")

    def validate_username(self, field):
        if field.data == "root":
            raise ValidationError("Not this one.")


class UploadForm(Form):
    title = StringField()
    file = FileField()


class Line(Form):
    word = StringField(validators=[DataRequired("Enter a word")])


class Letter(Form):
    lines = FieldList(FormField(Line), min_entries=1)
    count = IntegerField(validators=[NumberRange(1, 9)])


@pytest.fixture
def app():
    app = Flask("shop")
    app.config["SECRET_KEY"] = "k" * 32
    UI(app)
    Forms(app)
    return app


GOOD = {"username": "ada", "password": "secret", "again": "secret", "remember": "y"}


def test_a_form_of_the_notes_is_filled_from_the_request(app):
    with app.test_request_context("/", method="POST", data=GOOD):
        form = LoginForm()

        assert form.validate_on_submit()
        assert form.username.data == "ada"
        assert form.remember.data is True


def test_nothing_is_validated_before_something_is_sent(app):
    with app.test_request_context("/?username=ada"):
        form = LoginForm()

        assert not form.validate_on_submit()
        assert not form.is_submitted()
        assert form.username.data is None
        assert form.errors == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a" * 65}, "username"),
        ({"username": "root"}, "username"),
        ({"again": "other"}, "again"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(app, change, field):
    with app.test_request_context("/", method="POST", data={**GOOD, **change}):
        form = LoginForm()

        assert not form.validate_on_submit()
        assert set(form.errors) == {field}


def test_files_and_fields_come_together(app):
    data = {"title": "Me", "file": (io.BytesIO(b"GIF89a"), "me.gif")}
    with app.test_request_context("/", method="POST", data=data):
        form = UploadForm()

        assert form.validate_on_submit()
        assert form.title.data == "Me"
        assert form.file.data.filename == "me.gif"


def test_a_json_body_fills_it_like_a_form(app):
    body = {"username": "ada", "password": 1, "again": 1, "remember": False}
    with app.test_request_context("/", method="POST", json=body):
        form = LoginForm()

        assert form.validate_on_submit(), form.errors
        assert form.remember.data is False
        assert form.password.data == "1"


@pytest.mark.parametrize("body", ["[1]", '"x"', "1", "null"])
def test_a_json_body_that_is_no_object_is_an_empty_form(app, body):
    with app.test_request_context(
        "/", method="POST", data=body, content_type="application/json"
    ):
        assert "username" in LoginForm().errors or not LoginForm().validate_on_submit()


def test_data_from_elsewhere_is_taken_as_it_is(app):
    with app.test_request_context("/", method="POST", data=GOOD):
        assert LoginForm(None).username.data is None
        assert LoginForm(MultiDict({"username": "eve"})).username.data == "eve"


def test_forms_within_forms_are_filled_and_have_no_token_of_their_own(app):
    data = {"lines-0-word": "a", "lines-1-word": "b", "count": "2"}
    with app.test_request_context("/", method="POST", data=data):
        form = Letter()

        assert form.validate_on_submit(), form.errors
        assert [line["word"] for line in form.lines.data] == ["a", "b"]
        assert "csrf_token" not in form.lines.data[0]
        assert "csrf_token" in form


class Target:
    username = "old"
    password = "old"  # noqa: S105 - of this test
    is_admin = False


def test_only_its_own_fields_are_written(app):
    data = {**GOOD, "is_admin": "1"}
    with app.test_request_context("/", method="POST", data=data):
        target = Target()
        LoginForm().populate_obj(target)

        assert target.username == "ada"
        assert target.is_admin is False
        assert not hasattr(target, "submit")
        assert not hasattr(target, "csrf_token")


def test_hidden_fields_come_in_one_place_with_the_token(app):
    with app.test_request_context("/"):
        tag = render_template_string("{{ form.hidden_tag() }}", form=LoginForm())

        assert tag.count("<input") == 1
        assert 'name="csrf_token"' in tag
        assert 'type="hidden"' in tag


def test_a_form_whose_token_nobody_renders_opens_no_session(app):
    @app.get("/")
    def show():
        return str(LoginForm().errors)

    response = app.test_client().get("/")

    assert "Set-Cookie" not in response.headers


def test_a_whole_form_renders_with_its_token_once(app):
    with app.test_request_context("/"):
        page = render_template_string("{{ ui.form(form) }}", form=LoginForm())

        assert page.count('name="csrf_token"') == 1
        assert ">Log in<" in page or 'value="Log in"' in page


def test_a_form_is_safe_on_a_plain_app_too():
    app = Flask("plain")
    app.config["SECRET_KEY"] = "k" * 32

    @app.post("/")
    def save():
        form = LoginForm()
        form.validate_on_submit()
        return form.errors.get("csrf_token", ["changed"])[0]

    evil = {"Origin": "https://evil.example"}
    assert "another site" in app.test_client().post("/", data=GOOD, headers=evil).text
    assert app.test_client().post("/", data=GOOD).text == "changed"


def test_protection_can_be_switched_off_as_before(app):
    plain = Flask("plain")
    plain.config.update(WTF_CSRF_ENABLED=False)
    with plain.test_request_context("/", method="POST", data=GOOD):
        assert "csrf_token" not in LoginForm()
    with app.test_request_context("/", method="POST", data=GOOD):
        assert "csrf_token" not in LoginForm(meta={"csrf": False})


def test_a_form_can_be_made_outside_of_requests(app):
    assert LoginForm(data={"username": "ada"}).username.data == "ada"
    assert not request
