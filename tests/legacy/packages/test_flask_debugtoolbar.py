"""The toolbar of old code is the bar of the recorder, in debug mode only."""

import pytest
from flask import Flask

from carboy import Carboy, Settings
from carboy.legacy.packages.flask_debugtoolbar import RecorderToolbar


def make_app(tmp_path, **config):
    app = Flask("site", instance_path=str(tmp_path))
    app.config.update(config)
    app.add_url_rule("/", "home", lambda: "<html><body>Hello</body></html>")
    return app


def test_pages_have_the_bar_in_debug_mode(tmp_path):
    app = make_app(tmp_path, DEBUG=True)
    toolbar = RecorderToolbar()

    toolbar.init_app(app)
    # Both are written at times.
    again = RecorderToolbar(app)

    assert toolbar.app is again.app is app
    answer = app.test_client().get("/")
    assert "/-/debug/static/bar.js" in answer.text
    assert answer.headers["X-Debug-Token-Link"].startswith("/-/debug/traces/")


@pytest.mark.parametrize(
    "config", [{"DEBUG": False}, {"DEBUG": True, "DEBUG_TB_ENABLED": False}]
)
def test_it_adds_nothing_where_it_is_off(tmp_path, config):
    app = make_app(tmp_path, **config)

    RecorderToolbar(app)

    answer = app.test_client().get("/")
    assert answer.text == "<html><body>Hello</body></html>"
    assert "X-Debug-Token-Link" not in answer.headers
    assert app.config["DEBUG_TB_PANELS"] == ()


def test_a_site_that_has_the_recorder_anyway_has_one_bar(tmp_path):
    settings = Settings.load(
        {}, root=tmp_path, environ={"CARBOY_PROFILE": "development"}
    )
    app = Carboy("site", settings=settings, instance_path=str(tmp_path))
    app.add_url_rule("/", "home", lambda: "<html><body>Hello</body></html>")

    RecorderToolbar(app)

    text = app.test_client().get("/").text
    assert text.count("bar.js") == 1
