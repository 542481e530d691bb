"""Steps are kept between requests: forwards, back, jumping, resuming, too old."""

import io
from hashlib import sha256

import pytest
from flask import Flask, redirect, render_template_string, url_for
from wtforms import (
    FieldList,
    FileField,
    FormField,
    IntegerField,
    MultipleFileField,
    PasswordField,
    StringField,
)

from carboy.errors import ConfigError
from carboy.forms import Form, Forms, FormSteps
from carboy.forms.validators import DataRequired, FileAllowed, FileRequired, NumberRange
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


class Pictures(Form):
    picture = FileField("Picture", [FileAllowed(["gif"], "Choose a GIF")])
    more = MultipleFileField("More")
    amount = IntegerField("Amount", [NumberRange(1, 9, "Enter 1 to 9")])


@pytest.fixture
def stored():
    return []


@pytest.fixture
def shop(stored):
    def keep(file):
        stored.append(file.filename)
        return f"key-{file.filename}"

    return make_app(FormSteps("order", {"pic": Pictures, "who": Who}, keep_file=keep))


def test_the_name_under_which_a_file_is_kept_comes_from_the_site_alone(shop, stored):
    forged = {"file:picture": "../secret", "file:amount": "0", "file:new": "x"}
    with open_client(shop) as client:
        assert send(client, "pic", amount="3", **forged) == "/order/who"
        assert send(client, "who", name="Ada") is None

    assert stored == []
    assert shop.finished[0]["pic"] == {"picture": None, "more": [], "amount": 3}


@pytest.mark.parametrize("way", ["back", "early"])
def test_a_file_that_the_form_refuses_is_kept_in_no_way(stored, way):
    def keep(file):
        stored.append(file.filename)
        return "key"

    forms = {"who": Who, "pic": Pictures, "what": What}
    app = make_app(FormSteps("order", forms, keep_file=keep))
    exe = (io.BytesIO(b"MZ"), "me.exe")
    with open_client(app) as client:
        if way == "back":
            send(client, "who", name="Ada")
            assert send(client, "pic", picture=exe, _intent="back") == "/order/who"
        else:
            assert send(client, "pic", picture=exe, amount="3") == "/order/who"

    assert stored == []


def test_a_file_for_a_field_that_the_form_does_not_have_is_not_kept(shop, stored):
    with open_client(shop) as client:
        other = (io.BytesIO(b"x"), "x.gif")
        assert send(client, "pic", amount="3", other=other) == "/order/who"

    assert stored == []


class Needed(Form):
    note = StringField("Note")
    picture = FileField("Picture", [FileRequired("Choose a picture")])


class Inner(Form):
    inner = FormField(Needed)
    pages = FieldList(FileField("Page"))


@pytest.mark.parametrize(("form", "prefix"), [(Needed, ""), (Inner, "inner-")])
def test_a_step_that_needs_a_file_is_not_done_without(form, prefix):
    steps = FormSteps(
        "order", {"who": Who, "pic": form, "end": Who}, keep_file=lambda _file: "key"
    )
    app = make_app(steps)
    name = f"{prefix}picture"
    with open_client(app) as client:
        send(client, "who", name="Ada")
        send(client, "pic", note="n", _intent="back")
        assert client.get("/order/end").headers["Location"] == "/order/pic"

        gif = {name: (io.BytesIO(b"x"), "a.gif")}
        assert send(client, "pic", **gif) == "/order/end"
        assert client.get("/order/end").status_code == 200
        assert send(client, "end", name="Ada") is None

    assert app.finished[0]["pic"][name] == "key"


def test_files_of_several_steps_are_kept_side_by_side():
    steps = FormSteps(
        "order",
        {"one": WithFile, "two": WithFile, "end": Who},
        keep_file=lambda file: file.filename,
    )
    app = make_app(steps)
    with open_client(app) as client:
        for step, name in (("one", "a.gif"), ("two", "b.gif")):
            send(client, step, picture=(io.BytesIO(b"x"), name))
        send(client, "end", name="Ada")

    data = app.finished[0]
    assert (data["one"], data["two"]) == ({"picture": "a.gif"}, {"picture": "b.gif"})


def test_several_files_of_an_early_step_are_all_kept(shop, stored):
    with open_client(shop) as client:
        files = [(io.BytesIO(b"x"), name) for name in ("a.gif", "b.gif")]
        send(client, "pic", amount="3", more=files)
        send(client, "who", name="Ada")

    assert stored == ["a.gif", "b.gif"]
    assert shop.finished[0]["pic"]["more"] == ["key-a.gif", "key-b.gif"]


def test_a_kept_file_stays_when_its_step_is_sent_again_without_it(shop, stored):
    with open_client(shop) as client:
        gif = (io.BytesIO(b"x"), "a.gif")
        send(client, "pic", amount="3", picture=gif)
        send(client, "pic", amount="4")
        gif = (io.BytesIO(b"x"), "b.gif")
        send(client, "pic", amount="5", picture=gif)
        send(client, "pic", amount="6")
        send(client, "who", name="Ada")

    assert stored == ["a.gif", "b.gif"]
    assert shop.finished[0]["pic"] == {"picture": "key-b.gif", "more": [], "amount": 6}


class InheritedSecret(Secret):
    pass


class NestedSecret(Form):
    inner = FormField(Secret)


class RepeatedFile(Form):
    files = FieldList(FileField())


@pytest.mark.parametrize("early", [InheritedSecret, NestedSecret, RepeatedFile])
def test_what_cannot_be_kept_is_refused_however_deep_it_is(early):
    with pytest.raises(ConfigError, match=r"'early' asks for .* last step"):
        FormSteps("order", {"early": early, "who": Who})


@pytest.mark.parametrize("intent", ["back", ""])
def test_another_site_cannot_fill_in_a_step_where_only_forms_check(intent):
    app = make_app(FormSteps("order", FORMS), CSRF_CHECK_DEFAULT=False)
    forged = {"Sec-Fetch-Site": "cross-site"}
    with open_client(app) as client:
        if intent:
            send(client, "who", name="Ada")
        data = {"bottles": "7", "_intent": intent}
        client.post("/order/what", data=data, headers=forged)
        send(client, "who", name="Ada")

        assert 'value="7"' not in client.get("/order/what").text


@pytest.mark.parametrize("kept", [None, 7, {}, {"at": 9e12, "typed": {"old": []}}])
def test_a_session_of_an_older_version_of_the_site_does_no_harm(client, kept):
    with client.session_transaction() as session:
        session["_steps_order"] = kept

    assert client.get("/order/").headers["Location"] == "/order/who"
