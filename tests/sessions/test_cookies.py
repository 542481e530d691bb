"""A cookie is restricted to its host where possible, and signed with a salt."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Signer
from werkzeug.test import EnvironBuilder

from carboy.sessions.cookies import CookieFlags, sign, unsign


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
def test_the_prefix_of_the_name_fits_the_attributes(config, url, name):
    app = Flask("site")
    app.config.update(config)
    flags = CookieFlags(app, SecureCookieSessionInterface())
    request = Request(EnvironBuilder(base_url=url).get_environ())

    assert flags.name(request) == name


def test_a_signature_is_valid_for_its_salt_only():
    app = Flask("site")
    app.config["SECRET_KEY"] = "k" * 32
    signed = sign(app, "one", "value")

    assert unsign(app, "one", signed) == "value"
    assert unsign(app, "other", signed) is None
    assert unsign(app, "one", "value") is None
    assert unsign(app, "one", "väl\ud800ue.x") is None


def test_the_signature_is_that_of_itsdangerous():
    app = Flask("site")
    app.config.update(SECRET_KEY="new" * 9, SECRET_KEY_FALLBACKS=["old" * 9])
    options = {"salt": "one", "key_derivation": "hmac", "digest_method": sha256}

    assert sign(app, "one", "a.b") == Signer("new" * 9, **options).sign("a.b").decode()
    old = Signer("old" * 9, **options).sign("a.b").decode()
    assert unsign(app, "one", old) == "a.b"
    assert unsign(app, "one", old[:-1] + "=") is None
    foreign = Signer("other" * 9, **options).sign("a.b").decode()
    assert unsign(app, "one", foreign) is None


@pytest.mark.parametrize(
    "when",
    [
        {},
        {"max_age": 30},
        {"expires": datetime(2030, 1, 1, 12, 0, 0, 999_999, UTC)},
    ],
)
@pytest.mark.parametrize(
    "config",
    [
        {},
        {"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_PARTITIONED": True},
        {"SESSION_COOKIE_DOMAIN": "site.example", "SESSION_COOKIE_SAMESITE": "none"},
        {"SESSION_COOKIE_PATH": "/a shop", "SESSION_COOKIE_HTTPONLY": False},
    ],
)
def test_a_cookie_is_written_as_werkzeug_writes_it(config, when):
    app = Flask("site")
    app.config.update(config)
    flags = CookieFlags(app, SecureCookieSessionInterface())
    request = Request(EnvironBuilder().get_environ())
    with app.app_context():
        for _ in range(2):
            expected = Response()
            expected.set_cookie("s", "v.-_1", **when, **flags._flags(request))
            response = Response()
            flags.write(request, response, "s", "v.-_1", **when)

            # A lifetime ends at a whole second: the next one may begin in between.
            assert response.headers[0:] == expected.headers[0:] or "max_age" in when
            assert len(str(response.headers)) == len(str(expected.headers))


def test_an_overridden_set_cookie_is_called():
    class Own(Response):
        def set_cookie(self, key, value="", *args, **options):
            self.headers["X-Cookie"] = f"{key} {value}"

    app = Flask("site")
    flags = CookieFlags(app, SecureCookieSessionInterface())
    response = Own()

    flags.write(Request(EnvironBuilder().get_environ()), response, "s", "v")

    assert response.headers["X-Cookie"] == "s v"
    assert "Set-Cookie" not in response.headers


def test_a_cookie_that_is_too_large_is_a_warning():
    app = Flask("site")
    flags = CookieFlags(app, SecureCookieSessionInterface())
    with app.app_context(), pytest.warns(UserWarning, match="too large"):
        flags.write(
            Request(EnvironBuilder().get_environ()), Response(), "s", "v" * 5000
        )
