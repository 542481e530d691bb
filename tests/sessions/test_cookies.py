"""A cookie is bound to its host as far as it can be, and signed for one purpose."""

import pytest
from flask import Flask, Request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.test import EnvironBuilder

from carboy.sessions.cookies import CookieFlags, find_signed, sign


@pytest.mark.parametrize(
    ("config", "url", "name"),
    [
        ({}, "http://site.example/", "session"),
        ({}, "https://site.example/", "__Host-session"),
        ({"SESSION_COOKIE_SECURE": True}, "http://site.example/", "__Host-session"),
        ({"SESSION_COOKIE_DOMAIN": "example"}, "https://x/", "__Secure-session"),
        ({"SESSION_COOKIE_PATH": "/shop"}, "https://x/", "__Secure-session"),
        ({"SESSION_COOKIE_NAME": "__Host-mine"}, "https://x/", "__Host-mine"),
        ({"SESSION_COOKIE_NAME": "mine"}, "https://x/", "__Host-mine"),
    ],
)
def test_the_prefix_says_what_the_browser_may_rely_on(config, url, name):
    app = Flask("site")
    app.config.update(config)
    flags = CookieFlags(app, SecureCookieSessionInterface())
    request = Request(EnvironBuilder(base_url=url).get_environ())

    assert flags.name(request) == name


def test_what_was_signed_for_one_purpose_is_worth_nothing_for_another():
    app = Flask("site")
    app.config["SECRET_KEY"] = "k" * 32
    signed = sign(app, "one", "value")

    assert find_signed(app, "one", signed) == "value"
    assert find_signed(app, "other", signed) is None
    assert find_signed(app, "one", "value") is None
    assert find_signed(app, "one", "väl\ud800ue.x") is None
