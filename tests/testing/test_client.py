"""The client sends and accepts JSON, and logs in."""

import pytest
from flask import Flask, jsonify, request, session
from flask.testing import FlaskClient

from carboy.errors import ConfigError
from carboy.testing import Client, open_client


@pytest.fixture
def app():
    app = Flask("shop")
    app.secret_key = "k" * 32

    @app.route("/echo", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def echo():
        data = request.get_json(silent=True)
        wants = request.accept_mimetypes.best
        return jsonify(method=request.method, data=data, accept=wants)

    @app.get("/empty")
    def empty():
        return "", 204

    @app.get("/me")
    def me():
        return jsonify(dict(session))

    return app


@pytest.fixture
def client(app):
    with open_client(app) as client:
        yield client


def test_it_is_flasks_client_and_leaves_the_app_as_it_was(app, client):
    assert isinstance(client, Client)
    assert client.get("/echo").status_code == 200
    assert app.test_client_class is None


def test_json_is_accepted(client):
    assert client.get_json("/echo")["accept"] == "application/json"


@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_json_is_sent_and_received(client, method):
    answer = getattr(client, f"{method}_json")("/echo", {"a": [1]})

    assert answer["method"] == method.upper()
    assert answer["data"] == {"a": [1]}


def test_an_empty_response_is_none(client):
    assert client.get_json("/empty") is None
    assert client.delete_json("/echo")["method"] == "DELETE"


def test_an_error_fails_the_test_with_the_text_of_the_response(client):
    with pytest.raises(AssertionError, match="GET /nowhere gave 404 NOT FOUND"):
        client.get_json("/nowhere")


def test_the_battery_of_accounts_defines_a_login(app, client):
    app.extensions["carboy.login"] = lambda session, user: session.update(who=user)

    client.login("ada")
    assert client.get_json("/me") == {"who": "ada"}

    client.logout()
    assert client.get_json("/me") == {}


def test_users_of_flask_login_are_logged_in(app, client):
    class User:
        def get_id(self):
            return "7"

    app.login_manager = object()

    client.login(User())

    assert client.get_json("/me") == {"_user_id": "7", "_fresh": True}


def test_without_accounts_login_is_an_error(client):
    with pytest.raises(ConfigError, match="no battery for accounts"):
        client.login("ada")


def test_a_client_class_of_the_app_keeps_its_methods(app):
    class Own(FlaskClient):
        def get_name(self):
            return "of the app"

    app.test_client_class = Own

    with open_client(app) as client:
        assert client.get_name() == "of the app"
        assert client.get_json("/echo")["method"] == "GET"
    assert app.test_client_class is Own
