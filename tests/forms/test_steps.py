"""Steps are kept between requests: forwards, back, jumping, resuming, too old."""

import io
from hashlib import sha256

import pytest
from flask import Flask, redirect, render_template_string, url_for
from wtforms import FieldList, FileField, IntegerField, PasswordField, StringField

from carboy.errors import ConfigError
from carboy.forms import Form, Forms, FormSteps
from carboy.forms.validators import DataRequired, NumberRange
from carboy.testing import Clock, open_client
from carboy.ui import UI


class Who(Form):
    name = StringField("Name", [DataRequired("Enter a name")])


class What(Form):
    bottles = IntegerField("Bottles", [NumberRange(1, 9, "Enter 1 to 9")])
    notes = FieldList(StringField("Note"), min_entries=1)


class Secret(Form):
    password = PasswordField("Password", [DataRequired("Enter a password")])
    picture = FileField("Picture")


class WithFile(Form):
    picture = FileField("Picture")


PASSWORD = {"password": "hunter2"}
FORMS = {"who": Who, "what": What, "secret": Secret}


def make_app(steps, **config):
    app = Flask("shop")
    app.config.update(SECRET_KEY="k" * 32, TESTING=True, **config)
    UI(app)
    Forms(app)
    app.finished = []

    @app.route("/order/", methods=["GET", "POST"])
    @app.route("/order/<step>", methods=["GET", "POST"])
    def order(step=None):
        current = steps.open(step)
        if current.is_finished:
            app.finished.append(current.data)
            current.clear()
            return "thanks"
        if current.go_to:
            return redirect(url_for("order", step=current.go_to), 303)
        page = "{{ form_page(form, steps=steps) }}"
        return render_template_string(page, form=current.form, steps=current)

    return app


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def app(clock):
    titles = {"who": "Who are you?", "what": "What do you want?"}
    return make_app(FormSteps("order", FORMS, titles=titles, clock=clock))


@pytest.fixture
def client(app):
    with open_client(app) as client:
        yield client


def send(client, step, **data):
    return client.post(f"/order/{step}", data=data).headers.get("Location")


def test_a_visitor_fills_in_one_step_after_the_other(app, client):
    assert client.get("/order/").headers["Location"] == "/order/who"
    page = client.get("/order/who").text
    assert "Step 1 of 3" in page
    assert "<h1>Who are you?</h1>" in page
    assert ">Continue<" in page
    assert ">Back<" not in page

    assert send(client, "who", name="Ada") == "/order/what"
    assert ">Back<" in client.get("/order/what").text
    assert send(client, "what", bottles="3", **{"notes-0": "dry"}) == "/order/secret"
    assert client.post("/order/secret", data={"password": "x"}).text == "thanks"

    assert app.finished == [
        {
            "who": {"name": "Ada"},
            "what": {"bottles": 3, "notes": ["dry"]},
            "secret": {"password": "x", "picture": None},
        }
    ]
    assert client.get("/order/").headers["Location"] == "/order/who"


def test_a_step_that_is_wrong_is_shown_with_what_was_typed(client):
    send(client, "who", name="Ada")

    page = client.post("/order/what", data={"bottles": "70", "notes-0": "dry"}).text

    assert "Enter 1 to 9" in page
    assert 'value="70"' in page
    assert 'value="dry"' in page


def test_back_keeps_what_was_typed_even_if_it_is_wrong(client):
    send(client, "who", name="Ada")

    assert send(client, "what", bottles="70", _intent="back") == "/order/who"
    assert 'value="Ada"' in client.get("/order/who").text
    assert send(client, "who", name="Eve") == "/order/what"
    assert 'value="70"' in client.get("/order/what").text
    assert client.get("/order/secret").headers["Location"] == "/order/what"


def test_no_step_can_be_left_out(client):
    assert client.get("/order/secret").headers["Location"] == "/order/who"
    assert client.get("/order/nowhere").status_code == 404
    assert send(client, "secret", **PASSWORD) == "/order/who"


def test_a_visitor_resumes_where_they_left_off(client):
    send(client, "who", name="Ada")
    send(client, "what", bottles="1")

    assert client.get("/order/").headers["Location"] == "/order/secret"


def test_a_repeated_field_changes_within_its_step(client):
    send(client, "who", name="Ada")

    page = client.post(
        "/order/what", data={"bottles": "1", "notes-0": "a", "_intent": "add:notes-"}
    ).text

    assert 'name="notes-1"' in page
    assert "There is a problem" not in page


def test_what_is_too_old_is_forgotten_but_not_what_was_just_typed(client, clock):
    send(client, "who", name="Ada")
    clock.advance(3_601)

    assert send(client, "what", bottles="4") == "/order/who"
    assert 'value="Ada"' not in client.get("/order/who").text
    assert send(client, "who", name="Eve") == "/order/what"
    assert 'value="4"' in client.get("/order/what").text


def test_a_password_is_never_kept(app, client):
    send(client, "who", name="Ada")
    send(client, "what", bottles="1")
    send(client, "secret", **PASSWORD, _intent="back")

    with client.session_transaction() as session:
        assert "hunter2" not in str(dict(session))


def test_more_than_a_cookie_holds_is_not_lost_without_a_word(client, caplog):
    # Text that does not compress.
    text = "".join(sha256(bytes([n])).hexdigest() for n in range(80))

    response = client.post("/order/who", data={"name": text})

    assert response.status_code == 200
    assert "too long to be kept" in response.text
    assert "SESSION_TYPE" in caplog.text
    assert client.get("/order/").headers["Location"] == "/order/who"


@pytest.mark.parametrize("early", [Secret, WithFile])
def test_what_a_session_cannot_keep_is_refused_where_it_is_written(early):
    with pytest.raises(ConfigError, match=r"'early' asks for .* last step"):
        FormSteps("order", {"early": early, "who": Who})
    with pytest.raises(ConfigError, match="at least one form"):
        FormSteps("order", {})


def test_a_file_of_an_early_step_is_stored_by_the_site():
    stored = {}

    def keep(file):
        stored["key-1"] = file.read()
        return "key-1"

    app = make_app(FormSteps("order", {"file": WithFile, "who": Who}, keep_file=keep))
    with open_client(app) as client:
        picture = (io.BytesIO(b"GIF89a"), "me.gif")
        assert send(client, "file", picture=picture) == "/order/who"
        assert client.post("/order/who", data={"name": "Ada"}).text == "thanks"

    assert stored == {"key-1": b"GIF89a"}
    assert app.finished == [{"file": {"picture": "key-1"}, "who": {"name": "Ada"}}]


@pytest.mark.parametrize("kept", [None, 7, {}, {"at": 9e12, "typed": {"old": []}}])
def test_a_session_of_an_older_version_of_the_site_does_no_harm(client, kept):
    with client.session_transaction() as session:
        session["_steps_order"] = kept

    assert client.get("/order/").headers["Location"] == "/order/who"
