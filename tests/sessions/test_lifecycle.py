"""A session gets another id, a user and an end, on each kind of session."""

import pytest
from flask import Flask, session

from carboy.errors import WiringError
from carboy.sessions import Sessions, bind_user, end, regenerate


@pytest.fixture
def app():
    app = Flask("shop")
    app.config.update(SECRET_KEY="k" * 32, SESSION_TYPE="memory")
    Sessions(app)

    @app.get("/login")
    def login():
        session["cart"] = 3
        bind_user(session, 7)
        return ""

    @app.get("/renew")
    def renew():
        regenerate(session)
        return ""

    @app.get("/logout")
    def logout():
        end(session)
        return ""

    @app.get("/")
    def show():
        return f"{session.get('cart')} {session.get('_user_id')}"

    return app


def cookie_of(client):
    return client.get_cookie("session").value


def test_values_stay_while_the_id_changes(app):
    client = app.test_client()
    client.get("/login")
    first = cookie_of(client)

    client.get("/renew")

    assert cookie_of(client) != first
    assert client.get("/").text == "3 7"


def test_an_ended_session_does_not_come_back_with_its_cookie(app):
    client = app.test_client()
    client.get("/login")
    kept = cookie_of(client)
    client.get("/logout")
    assert client.get("/").text == "None None"

    client.set_cookie("session", kept)

    assert client.get("/").text == "None None"


def test_sessions_of_flask_have_no_user_and_say_what_to_do():
    plain = Flask("plain")

    with (
        plain.test_request_context("/"),
        pytest.raises(WiringError, match=r"Install Sessions\(\)"),
    ):
        bind_user(session, 7)
