"""People hear where the engine steps aside, and why."""

from flask import Flask

from carboy import Carboy
from carboy.checks import check_engine


def test_an_ordinary_app_has_nothing_to_tell():
    app = Carboy("shop")
    app.add_url_rule("/", "home", lambda: "x")

    assert list(check_engine(app)) == []


def test_an_overridden_method_is_named():
    class Own(Carboy):
        def make_response(self, rv):
            return super().make_response(rv)

    (found,) = check_engine(Own("shop"))

    assert found.id == "engine.W001"
    assert "make_response() is overridden" in found.message


def test_a_session_interface_that_opens_at_once_is_named():
    app = Flask("shop")
    app.session_interface = type("Eager", (type(app.session_interface),), {})()
    app.session_interface.open_session = lambda app, request: None

    assert any("session" in found.message for found in check_engine(app))
