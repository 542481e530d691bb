"""A request that leaves the session alone reads and writes nothing of it."""

import msgspec
from flask import Flask, session

from carboy.sessions.interface import LazySessionInterface
from carboy.sessions.session import Opened
from carboy.stores import pack


class Noted(LazySessionInterface):
    def __init__(self):
        self.found = self.saved = 0

    def _find(self, app, request):
        self.found += 1
        return Opened({"name": msgspec.Raw(pack("ada"))})

    def _save(self, app, session, response):
        self.saved += 1


def make():
    app = Flask("shop")
    app.session_interface = Noted()
    app.add_url_rule("/alone", "alone", lambda: "x")
    app.add_url_rule("/read", "read", lambda: session["name"])
    return app, app.session_interface


def test_a_session_that_nobody_touches_is_not_opened():
    app, noted = make()

    answer = app.test_client().get("/alone")

    assert (noted.found, noted.saved) == (0, 0)
    assert "Vary" not in answer.headers


def test_the_first_touch_opens_it_and_the_answer_varies():
    app, noted = make()

    answer = app.test_client().get("/read")

    assert (answer.text, noted.found) == ("ada", 1)
    assert answer.headers["Vary"] == "Cookie"
