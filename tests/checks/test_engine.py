"""The check reports where the engine falls back, and why."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from carboy import Carboy
from carboy.checks import check_engine


def test_an_ordinary_app_has_no_fallbacks():
    app = Carboy("shop")
    app.add_url_rule("/", "home", lambda: "x")

    assert list(check_engine(app)) == []


def test_an_overridden_method_is_reported():
    class Own(Carboy):
        def make_response(self, rv):
            return super().make_response(rv)

    (check,) = check_engine(Own("shop"))

    assert check.id == "engine.W001"
    assert "make_response() is overridden" in check.message


def test_an_eager_session_interface_is_reported():
    app = Flask("shop")
    app.session_interface = type("Eager", (type(app.session_interface),), {})()
    app.session_interface.open_session = lambda app, request: None

    assert any("session" in check.message for check in check_engine(app))


def test_ordinary_rules_worry_nobody():
    """A rule with defaults redirects, in Flask as here; only `verbose` names it."""
    app = Flask("shop")
    app.add_url_rule("/files/<path:name>", "files", lambda name: name)
    app.add_url_rule("/files/", "files", defaults={"name": "index"})

    assert list(check_engine(app)) == []
    assert [check.id for check in check_engine(app, verbose=True)] == ["engine.W001"]


def test_a_wrapped_app_is_slower_than_bare_and_faster_than_stock():
    for app in (Flask("shop"), Carboy("shop")):
        app.wsgi_app = ProxyFix(app.wsgi_app)

        (check,) = check_engine(app)

        assert "wsgi_app is wrapped" in check.message
        assert "served as in stock" not in check.message
        assert "faster than in stock Flask" in check.hint
        assert "not faster" not in check.hint
