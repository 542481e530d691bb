"""Unsafe requests that another site caused change nothing; all others pass."""

import re

import flask_wtf
import pytest
from flask import Blueprint, Flask, request
from flask.views import MethodView

from carboy import Carboy, Settings
from carboy.forms import (
    CSRFProtect,
    Forms,
    csrf_exempt,
    csrf_token,
    list_exempt_rules,
)
from carboy.site import ErrorPages
from carboy.ui import UI

EVIL = {"Origin": "https://evil.example"}
CROSS = {"Sec-Fetch-Site": "cross-site"}
OWN = {"Origin": "http://localhost"}


def make_app(forms=None, **config):
    app = Flask("shop")
    app.config.update(SECRET_KEY="k" * 32, **config)
    for battery in (ErrorPages(), UI(), forms or Forms()):
        battery.init_app(app)

    @app.route("/", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def home():
        return "changed"

    @app.get("/token")
    def token():
        return csrf_token()

    @app.post("/hook")
    @csrf_exempt
    def hook():
        return "changed"

    return app


@pytest.fixture
def app():
    return make_app()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("headers", [EVIL, CROSS, {**OWN, **CROSS}, {"Origin": "null"}])
def test_another_site_changes_nothing(client, method, headers):
    response = client.open("/", method=method, headers=headers)

    assert response.status_code == 400
    assert "changed" not in response.text
    assert "another site" in response.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_free(client, method):
    assert client.open("/", method=method, headers=EVIL).status_code == 200


@pytest.mark.parametrize("headers", [OWN, {"Sec-Fetch-Site": "same-origin"}, {}])
def test_this_site_and_programs_pass(client, headers):
    assert client.post("/", headers=headers).text == "changed"


def test_an_old_browser_needs_the_token_of_its_session(client):
    token = client.get("/token").text

    assert client.post("/").status_code == 400
    assert client.post("/", data={"csrf_token": "wrong"}).status_code == 400
    assert client.post("/", data={"csrf_token": token}).text == "changed"
    assert client.post("/", headers={"X-CSRFToken": token}).text == "changed"
    assert client.post("/", headers={"X-CSRF-Token": token}).text == "changed"
    assert client.post("/", json={"csrf_token": token}).status_code == 400


def test_a_token_does_not_help_another_site(client):
    token = client.get("/token").text

    response = client.post("/", data={"csrf_token": token}, headers=EVIL)

    assert response.status_code == 400


def test_the_token_of_somebody_else_does_not_help(app, client):
    token = app.test_client().get("/token").text
    client.get("/token")

    assert client.post("/", data={"csrf_token": token}).status_code == 400


def test_an_exempt_view_passes(client):
    assert client.post("/hook", headers=EVIL).text == "changed"


def test_a_blueprint_may_be_exempt_and_others_are_not():
    forms = Forms()
    open_, closed = Blueprint("open", __name__), Blueprint("closed", __name__)
    open_.add_url_rule("/open", "do", lambda: "changed", methods=["POST"])
    closed.add_url_rule("/closed", "do", lambda: "changed", methods=["POST"])
    forms.exempt(open_)
    app = make_app(forms)
    app.register_blueprint(open_)
    app.register_blueprint(closed)

    assert app.test_client().post("/open", headers=EVIL).text == "changed"
    assert app.test_client().post("/closed", headers=EVIL).status_code == 400
    assert set(list_exempt_rules(app)) == {("/open", "open.do"), ("/hook", "hook")}


def test_a_class_of_views_is_checked_too(app):
    class Item(MethodView):
        def delete(self):
            return "changed"

    app.add_url_rule("/item", view_func=Item.as_view("item"))

    assert app.test_client().delete("/item", headers=EVIL).status_code == 400


def test_a_missing_page_is_missing_and_not_forged(client):
    assert client.post("/nowhere", headers=EVIL).status_code == 404


def test_a_trusted_site_passes():
    app = make_app(CSRF_TRUSTED_ORIGINS="https://app.example.com:443")
    headers = {"Origin": "https://app.example.com", "Sec-Fetch-Site": "cross-site"}

    assert app.test_client().post("/", headers=headers).text == "changed"
    assert app.test_client().post("/", headers=EVIL).status_code == 400


def test_the_old_name_switches_it_off():
    app = make_app(WTF_CSRF_ENABLED=False)

    assert app.test_client().post("/", headers=EVIL).text == "changed"
    assert len(list_exempt_rules(app)) == 2


def test_what_was_typed_can_be_sent_again(client):
    client.get("/token")

    page = client.post("/", data={"title": "三体 <b>", "text": "\nline"}).text

    assert "三体 &lt;b&gt;" in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    again = client.post("/", data={"title": "三体", "csrf_token": token})
    assert again.text == "changed"


def test_a_password_is_not_repeated(client):
    client.get("/token")

    page = client.post("/", data={"name": "ada", "password": "hunter2"}).text

    assert "hunter2" not in page


def test_what_another_site_sent_is_not_one_click_away(client):
    client.get("/token")

    page = client.post("/", data={"to": "mallory"}, headers=EVIL).text

    assert "mallory" not in page
    assert "<form" not in page


def test_a_program_reads_why(client):
    response = client.post("/", json={}, headers={**EVIL, "Accept": "application/json"})

    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert response.json["code"] == "csrf"


def test_flask_wtf_beside_it_is_not_doubled():
    app = make_app(WTF_CSRF_CHECK_DEFAULT=True)
    flask_wtf.CSRFProtect(app)

    response = app.test_client().post("/", headers=OWN)

    assert response.status_code == 400
    assert "CSRF token is missing" in response.text


def test_a_request_that_needs_no_token_opens_no_session(client):
    response = client.post("/", headers=OWN)

    assert "Cookie" not in response.headers.get("Vary", "")
    assert "Set-Cookie" not in response.headers


def test_the_body_is_not_read_for_it(app):
    @app.post("/stream")
    def stream():
        return str(len(request.stream.read()))

    assert app.test_client().post("/stream", data=b"x" * 10, headers=OWN).text == "10"


def make_site(**environ):
    environ = {"CARBOY_PROFILE": "testing", "SECRET_KEY": "k" * 40, **environ}
    app = Carboy("shop", settings=Settings.load({}, environ=environ))
    app.add_url_rule("/", "home", lambda: "changed", methods=["GET", "POST"])
    return app


@pytest.mark.parametrize("way", ["none", "use", "before", "after", "flask-wtf's way"])
def test_a_site_with_settings_is_protected_however_it_asks_for_it(way):
    app, own = make_site(), Forms()
    if way == "before":
        own.init_app(app)
    if way == "flask-wtf's way":
        own = CSRFProtect(app)
    app.use(*([own] if way == "use" else []))
    if way == "after":
        own.init_app(app)
    hook = own.exempt(lambda: "changed")
    app.add_url_rule("/hook", "hook", hook, methods=["POST"])

    client = app.test_client()
    assert client.post("/", headers=EVIL).status_code == 400
    assert client.post("/", headers=OWN).text == "changed"
    assert client.post("/hook", headers=EVIL).text == "changed"
    assert len(app.before_request_funcs[None]) == len(
        make_site().use().before_request_funcs[None]
    )


def test_a_site_can_switch_it_off_and_an_app_without_settings_has_none():
    off, plain = make_site(CSRF_ENABLED="false"), Carboy("plain")
    plain.add_url_rule("/", "home", lambda: "changed", methods=["POST"])

    assert off.test_client().post("/", headers=EVIL).text == "changed"
    assert plain.test_client().post("/", headers=EVIL).text == "changed"


def test_a_hook_of_the_site_runs_after_the_check():
    app = make_site()
    answered = []

    @app.before_request
    def answer():
        answered.append(1)
        return "changed"

    app.use()

    assert app.test_client().post("/", headers=EVIL).status_code == 400
    assert not answered


def test_the_check_by_hand_is_that_of_each_request():
    app, forms = make_site(CSRF_CHECK_DEFAULT="false"), Forms()
    app.use(forms)

    @app.post("/save")
    def save():
        forms.protect()
        return "changed"

    assert app.test_client().post("/", headers=EVIL).text == "changed"
    assert app.test_client().post("/save", headers=EVIL).status_code == 400
    assert app.test_client().post("/save", headers=OWN).text == "changed"
