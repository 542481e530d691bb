"""A request that does not access the session neither loads nor saves it."""

import msgspec
from flask import Flask, session

from carboy.sessions.interface import LazySessionInterface
from carboy.sessions.session import Opened
from carboy.stores import pack


class CountingInterface(LazySessionInterface):
    def __init__(self):
        self.loaded = self.saved = 0

    def _load(self, app, request):
        self.loaded += 1
        return Opened({"name": msgspec.Raw(pack("ada"))})

    def _save(self, app, session, response):
        self.saved += 1


def make():
    app = Flask("shop")
    app.session_interface = CountingInterface()
    app.add_url_rule("/alone", "alone", lambda: "x")
    app.add_url_rule("/read", "read", lambda: session["name"])
    return app, app.session_interface


def test_a_session_that_is_not_accessed_is_not_loaded():
    app, interface = make()

    response = app.test_client().get("/alone")

    assert (interface.loaded, interface.saved) == (0, 0)
    assert "Vary" not in response.headers


def test_the_first_access_loads_it_and_the_response_varies():
    app, interface = make()

    response = app.test_client().get("/read")

    assert (response.text, interface.loaded) == ("ada", 1)
    assert response.headers["Vary"] == "Cookie"
