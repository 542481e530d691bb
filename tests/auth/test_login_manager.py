"""`LoginManager` with Flask-Login's names, on a plain Flask app."""

import pytest
from flask import Flask, session

from carboy.auth import (
    LoginManager,
    UserMixin,
    current_user,
    fresh_login_required,
    login_required,
    login_user,
    logout_user,
)


class Person(UserMixin):
    """A user without a database."""

    def __init__(self, name, epoch=0):
        self.id = name
        self.auth_epoch = epoch


PEOPLE = {"ada": Person("ada"), "bob": Person("bob")}


@pytest.fixture
def app():
    app = Flask(__name__)
    app.secret_key = "s" * 32
    app.testing = True
    manager = LoginManager(app)
    manager.user_loader(PEOPLE.get)
    manager.login_view = "login"

    @app.route("/login")
    def login():
        return "login"

    @app.route("/in/<name>")
    def log_in(name):
        login_user(PEOPLE[name], remember=True)
        return "in"

    @app.route("/out")
    def log_out():
        logout_user()
        return "out"

    @app.route("/me")
    @login_required
    def me():
        return current_user.id

    @app.route("/fresh")
    @fresh_login_required
    def fresh():
        return "fresh"

    return app


def test_who_is_not_logged_in_is_led_to_the_login(app):
    answer = app.test_client().get("/me?a=1")
    assert answer.status_code == 302
    assert answer.location == "/login?next=%2Fme%3Fa%3D1"


def test_a_login_lasts_until_the_logout(app):
    client = app.test_client()
    client.get("/in/ada")
    assert client.get("/me").text == "ada"
    client.get("/out")
    assert client.get("/me").status_code == 302


def test_a_remembered_login_is_not_fresh(app):
    client = app.test_client()
    client.get("/in/ada")
    client.delete_cookie("session")
    assert client.get("/me").text == "ada"
    assert client.get("/fresh").status_code == 401


def test_a_remembered_login_of_an_older_epoch_is_void(app, monkeypatch):
    client = app.test_client()
    client.get("/in/ada")
    client.delete_cookie("session")
    monkeypatch.setitem(PEOPLE, "ada", Person("ada", epoch=1))
    assert client.get("/me").status_code == 302


@pytest.mark.parametrize("value", ["", "ada", "WyJhZGEiLDBd.x.y", "ada|0"])
def test_a_forged_cookie_logs_nobody_in(app, value):
    client = app.test_client()
    client.set_cookie("remember_token", value)
    assert client.get("/me").status_code == 302


def test_another_browser_ends_a_strongly_protected_session(app):
    app.config["SESSION_PROTECTION"] = "strong"
    client = app.test_client()
    client.get("/in/ada", headers={"User-Agent": "A"})
    assert client.get("/me", headers={"User-Agent": "A"}).text == "ada"
    assert client.get("/me", headers={"User-Agent": "B"}).status_code == 302


def test_a_request_may_name_its_user(app):
    @app.login_manager.request_loader
    def load(request):
        return PEOPLE.get(request.headers.get("X-Key"))

    client = app.test_client()
    assert client.get("/me", headers={"X-Key": "bob"}).text == "bob"
    assert client.get("/me", headers={"X-Key": "eve"}).status_code == 302


def test_answers_may_be_replaced(app):
    app.login_manager.unauthorized_handler(lambda: ("no", 403))
    app.login_manager.needs_refresh_handler(lambda: ("stale", 403))
    client = app.test_client()
    assert client.get("/me").text == "no"
    client.get("/in/ada")
    client.delete_cookie("session")
    assert client.get("/fresh").text == "stale"


def test_a_manager_without_a_loader_says_so():
    app = Flask(__name__)
    app.secret_key = "s" * 32
    LoginManager(app)
    with app.test_request_context(), pytest.raises(RuntimeError, match="user_loader"):
        _ = current_user.id


def test_the_login_starts_a_session_of_its_own(app):
    with app.test_request_context():
        session["next"] = "/x"
        login_user(PEOPLE["ada"])
        assert session["_user_id"] == "ada"
        assert session["_fresh"]
