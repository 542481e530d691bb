"""What was typed can be sent again: once, after a look, and never another site's."""

import io

import pytest
from flask import Flask, request

from carboy import Carboy, Settings
from carboy.forms import Forms, refused
from carboy.site import ErrorPages
from carboy.ui import UI
from tests.forms.html_forms import list_problems, parse, read_values


def make_app(*, has_ui=True):
    app = Flask("shop")
    app.secret_key = "k" * 32
    app.got = []
    ErrorPages(app)
    if has_ui:
        UI(app)
    Forms(app)

    @app.route("/save", methods=["GET", "POST"])
    def save():
        app.got.append(sorted(request.form.items(multi=True)))
        return "saved"

    return app


@pytest.fixture(params=[True, False], ids=["ui", "no ui"])
def app(request):
    return make_app(has_ui=request.param)


@pytest.fixture
def client(app):
    client = app.test_client()
    client.set_cookie("seen", "1")
    return client


def send(client, data, **options):
    return client.post("/save?next=1", data=data, **options)


def test_one_press_sends_everything_again(app, client):
    nasty = '"><script>alert(1)</script>\n二\n'
    sent = {"title": nasty, "tags": ["a", "b"], "empty": "", "csrf_token": "old"}
    response = send(client, sent)
    page = parse(response.text)

    assert response.status_code == 400
    assert not page.all("script") or "alert" not in page.all("script")[0].text
    assert list_problems(page) in ([], ["the browser validates before the server"])
    again = send(client, _to_data(read_values(page)))

    assert again.text == "saved"
    got = [pair for pair in app.got[-1] if pair[0] != "csrf_token"]
    assert got == [("empty", ""), ("tags", "a"), ("tags", "b"), ("title", nasty)]


def test_what_will_be_sent_is_shown(client):
    page = parse(send(client, {"to": "Mallory & co"}).text)

    shown = [e.content() for e in page.all("dt", "dd")]
    assert shown == ["to", "Mallory & co"]


def test_secrets_are_asked_for_again_and_files_chosen_again(client):
    data = {"name": "ada", "password": "hunter2", "cv": (io.BytesIO(b"x"), "cv.pdf")}
    response = send(client, data)
    page = parse(response.text)

    assert "hunter2" not in response.text
    inputs = {e.get("name"): e.get("type") for e in page.all("input")}
    assert {"password": inputs["password"], "cv": inputs["cv"]} == {
        "password": "password",
        "cv": "file",
    }
    assert page.all("form")[0].get("enctype") == "multipart/form-data"
    assert "cv.pdf" in page.content()


def test_a_code_is_asked_for_again_but_a_long_text_of_that_name_is_kept(client):
    data = {"code": "123456", "source_code": "print(1)\n" * 9}
    response = send(client, data)
    page = parse(response.text)

    kinds = {e.get("name"): e.get("type") for e in page.all("input")}
    assert (kinds["code"], kinds["source_code"]) == ("text", "hidden")
    assert "123456" not in response.text
    assert ("source_code", data["source_code"]) in read_values(page)


@pytest.mark.parametrize(
    "data",
    [
        {"text": "x" * (refused.MAX_CHARACTERS + 1)},
        {"tag": ["x"] * (refused.MAX_FIELDS + 1)},
    ],
)
def test_what_is_too_large_is_told_what_to_do(client, data):
    response = send(client, data)

    assert not parse(response.text).all("form")
    assert "Go back in your browser" in response.text
    assert len(response.data) < 20_000


def test_what_another_site_sent_is_not_shown(client):
    response = send(
        client, {"to": "mallory"}, headers={"Origin": "https://evil.example"}
    )

    assert "mallory" not in response.text
    assert not parse(response.text).all("form")


def test_a_page_never_sends_the_token_to_another_host(client):
    response = client.post("//evil.example/save", data={"a": "1"})

    assert all("action" not in e.attributes for e in parse(response.text).all("form"))


def test_a_program_reads_the_same_rules():
    app = Carboy("shop", settings=Settings(profile="testing", secret_key="k" * 40))
    app.add_url_rule("/save", "save", lambda: "saved", methods=["POST"])
    client = app.test_client()
    client.set_cookie("seen", "1")

    missing = client.post("/save", json={"a": 1})
    headers = {"X-CSRFToken": missing.json["csrf_token"]}
    again = client.post("/save", json={"a": 1}, headers=headers)
    foreign = client.post("/save", json={}, headers={"Origin": "https://evil.example"})

    assert missing.status_code == foreign.status_code == 400
    assert missing.mimetype == "application/problem+json"
    assert missing.json["may_retry"]
    assert missing.json["instance"] == "/save"
    assert missing.json["request_id"] == missing.headers["X-Request-ID"]
    assert again.text == "saved"
    assert not foreign.json["may_retry"]
    assert "csrf_token" not in foreign.json


def _to_data(pairs):
    data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return data
