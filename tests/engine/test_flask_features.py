"""What is looked for in the installed Flask is what that Flask does."""

from typing import Any

import pytest
from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface
from twins import Fast, call_app, make
from werkzeug.http import dump_cookie
from werkzeug.test import create_environ

from carboy.engine import flask_features, session_cookie
from carboy.engine.session_cookie import SignedCookieCodec
from tests.versions import installed


def test_the_host_is_read_when_stock_flask_reads_it() -> None:
    app = make(lambda app: None, Flask)

    with app.test_request_context("/", base_url="http://first.example"):
        request.environ["HTTP_HOST"] = "second.example"
        is_kept = request.host == "first.example"

    assert flask_features.READS_HOST_AT_START is is_kept


def test_the_options_of_the_cookie_are_those_that_flask_passes() -> None:
    app = make(lambda app: None, Flask)
    values: dict[str, Any] = dict.fromkeys(flask_features.COOKIE_OPTIONS)

    assert dump_cookie("session", "x", **values) == "session=x"
    assert {f"SESSION_COOKIE_{name.upper()}" for name in values} <= app.config.keys()
    assert ("partitioned" in values) is (installed("flask") >= (3, 1))


def add_views(app: Any) -> None:
    app.config["SECRET_KEY_FALLBACKS"] = ["an old key"]
    app.add_url_rule("/", "write", lambda: session.update(a=1) or "written")
    app.add_url_rule("/read", "read", lambda: str(session.get("a")))


def test_a_site_that_changes_its_key_reads_the_sessions_of_stock_flask() -> None:
    stock, fast = make(add_views, Flask), make(add_views)
    for writer, reader in ((stock, fast), (fast, stock), (fast, fast)):
        call_app(writer, create_environ("/"))
        headers = dict(call_app(writer, create_environ("/"))[1])
        cookie = {"Cookie": headers["Set-Cookie"].partition(";")[0]}

        read = call_app(reader, create_environ("/read", headers=cookie))

        assert read[2] == b"1"


@pytest.mark.parametrize("signs", [True, False])
def test_a_flask_that_signs_with_an_old_key_does_it_itself(
    monkeypatch: pytest.MonkeyPatch, signs: bool
) -> None:
    monkeypatch.setattr(session_cookie, "SIGNS_WITH_SECRET_KEY", signs)
    app = make(add_views, Fast)

    codec = SignedCookieCodec(SecureCookieSessionInterface())

    assert codec._has_signing_key(app) is signs
    app.config["SECRET_KEY_FALLBACKS"] = None
    assert codec._has_signing_key(app)
