"""If this passes, the rest of werkzeug.contrib works, and trusts one proxy only."""

import pytest
from flask import Flask, request

from carboy.legacy.names.werkzeug_contrib import SecureCookie, make_proxy_fix

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_only_the_last_proxy_is_trusted():
    app = Flask("site")
    app.add_url_rule("/", "i", lambda: f"{request.remote_addr} {request.scheme}")
    app.wsgi_app = make_proxy_fix(app.wsgi_app)
    headers = {"X-Forwarded-For": "6.6.6.6, 1.2.3.4", "X-Forwarded-Proto": "https"}

    assert app.test_client().get("/", headers=headers).text == "1.2.3.4 https"


def test_a_cookie_is_signed():
    cookie = SecureCookie({"a": 1}, "key")
    cookie["b"] = 2
    text = cookie.serialize()

    assert cookie.should_save
    assert SecureCookie.unserialize(text, "key") == {"a": 1, "b": 2}
    assert SecureCookie.unserialize(text, "other") == {}
    assert SecureCookie.unserialize("(dp0", "key") == {}


def test_the_modules_are_there(run_old):
    run_old(
        "from werkzeug.contrib.fixers import ProxyFix\n"
        "from werkzeug.contrib.profiler import ProfilerMiddleware\n"
        "from werkzeug.contrib.lint import LintMiddleware\n"
        "from werkzeug.contrib.wrappers import JSONRequestMixin\n"
        "ProxyFix(lambda e, s: [], num_proxies=2)\n"
    )
