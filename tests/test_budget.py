"""Each battery costs a request the promised number of Python function calls."""

import logging

import pytest
from werkzeug.test import EnvironBuilder

from carboy import Carboy, Settings
from carboy.admin import Admin
from carboy.cache import Cache
from carboy.db import SQLAlchemy
from carboy.sessions import Sessions
from carboy.tasks import Tasks
from carboy.uploads import Uploads
from tests.profiling import count_calls

# Calls that a hello page may take. The same on every machine, unlike seconds; stock
# Flask 3.1.3 takes 162. What is more than one battery is what their sum would be.
BARE = 9
# Of which the protection against forged requests takes three: its hook, the pipeline's
# question whether that is a coroutine function, and the request whose method it reads.
SITE = 62 + 3
# The scheme of each request, where HTTPS is on: the hook, the request, the scheme.
HTTPS = 5
COSTS = {"db": 11, "sessions": 0, "cache": 0, "tasks": 0, "uploads": 0}
# A site with languages, on a page that shows no text of a catalogue.
LANGUAGES = 6


def make(tmp_path, *names, **environ):
    settings = Settings.load(
        {},
        root=tmp_path,
        environ={
            "CARBOY_PROFILE": "testing",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'site.db'}",
            "LOG_LEVEL": "WARNING",
            **environ,
        },
    )
    app = Carboy("shop", instance_path=str(tmp_path), settings=settings)
    kinds = {
        "db": SQLAlchemy,
        "sessions": Sessions,
        "cache": Cache,
        "tasks": Tasks,
        "uploads": Uploads,
        "admin": Admin,
    }
    app.use(*(kinds[name]() for name in names))
    return app


def count_hello(app, base_url="http://localhost"):
    app.add_url_rule("/", "home", lambda: "hello")
    environ = EnvironBuilder("/", base_url).get_environ()
    logging.getLogger("carboy.request").setLevel(logging.WARNING)

    def answer():
        body = app(dict(environ), lambda status, headers, info=None: None)
        assert b"".join(body) == b"hello"
        if hasattr(body, "close"):
            body.close()

    answer()
    answer()
    try:
        return count_calls(answer)
    finally:
        logging.getLogger("carboy.request").setLevel(logging.NOTSET)


def test_an_app_without_settings_costs_what_the_engine_costs():
    assert count_hello(Carboy("shop")) <= BARE


def test_the_default_batteries(tmp_path):
    assert count_hello(make(tmp_path)) <= SITE


def test_the_battery_for_forms_costs_a_page_three_calls(tmp_path):
    without = count_hello(make(tmp_path, CSRF_ENABLED="false"))

    assert without < count_hello(make(tmp_path)) <= without + 3


def test_a_site_with_https_looks_at_the_scheme(tmp_path):
    app = make(tmp_path, HTTPS="true")

    assert count_hello(app, "https://localhost") <= SITE + HTTPS


def test_languages_that_a_page_does_not_use(tmp_path):
    app = make(tmp_path, LANGUAGES="en,zh-CN")

    assert count_hello(app) <= SITE + LANGUAGES


@pytest.mark.parametrize("name", COSTS)
def test_a_battery_that_a_page_does_not_use(tmp_path, name):
    assert count_hello(make(tmp_path, name)) <= SITE + COSTS[name]


def test_a_console_costs_other_pages_nothing(tmp_path):
    assert count_hello(make(tmp_path, "db", "admin")) <= SITE + COSTS["db"]


def test_all_batteries_together(tmp_path):
    assert count_hello(make(tmp_path, *COSTS)) <= SITE + sum(COSTS.values())
