"""Whoever imports from Flask-Login finds the same names here, with their behaviour."""

import inspect

import flask_login
import pytest
from flask import Blueprint, Flask

import carboy.auth
from carboy.auth import (
    FlaskLoginClient,
    LoginManager,
    UserMixin,
    decode_cookie,
    encode_cookie,
    login_remembered,
    login_required,
    login_user,
    set_login_view,
)

PUBLIC = [
    name
    for name in dir(flask_login)
    if not name.startswith("_") and not inspect.ismodule(getattr(flask_login, name))
]
METHODS = [name for name in dir(flask_login.LoginManager) if not name.startswith("_")]


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_is_here(name):
    ours, theirs = getattr(carboy.auth, name), getattr(flask_login, name)

    assert name in carboy.auth.__all__
    if isinstance(theirs, str | bool):
        assert ours == theirs
    elif inspect.isfunction(theirs):
        parameters = list(inspect.signature(theirs).parameters)
        assert list(inspect.signature(ours).parameters)[: len(parameters)] == [
            "view" if each == "func" else each for each in parameters
        ]


@pytest.mark.parametrize("name", METHODS)
def test_each_method_of_the_manager_is_here(name):
    assert hasattr(LoginManager, name)


class Person(UserMixin):
    def __init__(self, number):
        self.id = number


@pytest.fixture
def app():
    app = Flask(__name__)
    app.secret_key = "k" * 32
    manager = LoginManager(app)
    manager.user_loader(Person)
    app.add_url_rule("/private", "private", login_required(lambda: "private"))
    app.add_url_rule("/remembered", "remembered", lambda: str(login_remembered()))

    @app.get("/enter")
    def enter():
        login_user(Person("7"), remember=True)
        return ""

    return app


def test_the_client_is_logged_in(app):
    app.test_client_class = FlaskLoginClient

    assert app.test_client(user=Person("7")).get("/private").text == "private"
    assert app.test_client().get("/private").status_code == 401


def test_a_remembered_login_is_noticed_while_its_cookie_is_valid(app):
    client = app.test_client()
    assert client.get("/remembered").text == "False"
    client.get("/enter")
    assert client.get("/remembered").text == "True"

    client.set_cookie("remember_token", "7|forged")
    assert client.get("/remembered").text == "False"


def test_a_blueprint_has_a_login_page_of_its_own(app):
    with app.test_request_context():
        set_login_view("/login")
        set_login_view("/admin/login", Blueprint("admin", __name__))

    assert app.login_manager.login_view == "/login"
    assert app.login_manager.blueprint_login_views == {"admin": "/admin/login"}


@pytest.mark.parametrize("payload", ["7", "a|b", "", "ключ"])
def test_a_signed_text_is_the_one_of_flask_login(app, payload):
    with app.test_request_context():
        signed = encode_cookie(payload)
        assert signed == flask_login.encode_cookie(payload)
        assert decode_cookie(signed) == payload
        assert decode_cookie(signed + "0") is None
        assert decode_cookie(f"x{signed}") is None
        assert decode_cookie(payload) is None
        assert decode_cookie("é|é") is None
        assert decode_cookie(encode_cookie(payload, "k"), "k") == payload


def test_a_header_loader_gets_the_header(app):
    with pytest.warns(DeprecationWarning, match="request_loader"):
        app.login_manager.header_loader(lambda value: Person(value.split()[1]))

    answer = app.test_client().get(
        "/private", headers={"Authorization": "Basic someone"}
    )

    assert answer.text == "private"
