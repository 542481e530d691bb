"""Werkzeug's debugger around an app: it stays closed and shows text as text."""

import io
import re

import flask
import pytest
import werkzeug.debug
from werkzeug.debug import DebuggedApplication, get_pin_and_cookie_name
from werkzeug.test import Client

EVIL = "</script><script>alert(1)</script><!-- -->"


@pytest.fixture
def app(make_app):
    app = make_app(PROPAGATE_EXCEPTIONS=True)

    @app.get("/broken")
    def broken():
        raise ValueError(flask.request.args.get("text", EVIL))

    return app


@pytest.fixture
def debugged(app):
    return DebuggedApplication(app, evalex=True)


def ask(debugged, path, host="127.0.0.1"):
    environ = {"HTTP_HOST": host, "wsgi.errors": io.StringIO()}
    return Client(debugged).get(path, environ_overrides=environ)


def test_cve_2016_10516_the_text_of_an_exception_is_escaped(debugged):
    page = ask(debugged, "/broken").get_data(as_text=True)

    assert EVIL not in page
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in page


def test_cve_2019_14806_the_pin_depends_on_the_machine(app, monkeypatch):
    pins = set()
    for machine in (b"one", b"two", b"three"):
        monkeypatch.setattr(werkzeug.debug, "_machine_id", machine)
        pins.add(get_pin_and_cookie_name(app)[0])

    assert len(pins) == 3
    assert all(re.fullmatch(r"\d{3}-\d{3}-\d{3}", pin) for pin in pins)


def test_cve_2019_14806_code_is_not_run_without_the_pin(debugged):
    page = ask(debugged, "/broken").get_data(as_text=True)
    secret = re.search(r'SECRET = "(\w+)"', page)[1]
    frame = re.search(r'id="frame-(\d+)"', page)[1]
    query = f"__debugger__=yes&cmd=6*7*1000&frm={frame}&s={secret}"

    answer = ask(debugged, f"/?{query}")

    assert b"42000" not in answer.get_data()


@pytest.mark.parametrize("command", ["pinauth", "printpin", "6*7*1000"])
def test_ghsa_2g68_another_host_cannot_talk_to_the_debugger(debugged, command):
    page = ask(debugged, "/broken").get_data(as_text=True)
    secret = re.search(r'SECRET = "(\w+)"', page)[1]
    query = f"__debugger__=yes&cmd={command}&frm=0&s={secret}&pin={debugged.pin}"

    answer = ask(debugged, f"/?{query}", host="evil.example")

    assert answer.status_code in {400, 404}
    assert b"42000" not in answer.get_data()
    assert "Set-Cookie" not in answer.headers


def test_ghsa_2g68_the_console_is_not_shown_to_another_host(debugged):
    open_debugger = DebuggedApplication(
        debugged.app, evalex=True, console_path="/console"
    )

    assert ask(open_debugger, "/console", host="evil.example").status_code == 400


def test_the_traceback_shows_the_view_that_failed(debugged):
    page = ask(debugged, "/broken?text=simple").get_data(as_text=True)

    assert "ValueError: simple" in page
    assert "raise ValueError(flask.request.args" in page
