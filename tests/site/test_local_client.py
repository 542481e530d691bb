"""Only a browser on this machine, by a local name and without a proxy, is local."""

import pytest
from flask import Flask
from werkzeug.test import create_environ
from werkzeug.wrappers import Request

from carboy.site import is_local_client
from carboy.site.local_client import is_sent_locally


@pytest.mark.parametrize(
    ("host", "address", "headers", "expected"),
    [
        ("localhost:5000", "127.0.0.1", {}, True),
        ("127.0.0.1", "127.0.0.1", {}, True),
        ("[::1]:5000", "::1", {}, True),
        ("shop.example", "127.0.0.1", {}, False),
        ("localhost", "192.0.2.7", {}, False),
        ("localhost", "", {}, False),
        ("localhost", "unix:", {}, False),
        ("localhost", "127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, False),
        ("localhost", "127.0.0.1", {"Forwarded": "for=192.0.2.7"}, False),
        ("localhost", "127.0.0.1", {"X-Real-IP": "192.0.2.7"}, False),
    ],
)
def test_who_is_local(host, address, headers, expected):
    app = Flask("shop")
    environ = {"HTTP_HOST": host, "REMOTE_ADDR": address}

    with app.test_request_context("/", headers=headers, environ_overrides=environ):
        assert is_local_client() is expected


@pytest.mark.parametrize(
    ("host", "headers", "expected"),
    [
        ("shop.localhost:5000", {}, True),
        ("evil.example", {}, False),
        ("localhost.evil.example", {}, False),
        ("shop.localhost", {"X-Forwarded-For": "1.2.3.4"}, False),
    ],
)
def test_names_below_localhost_are_allowed_where_they_are_asked_for(
    host, headers, expected
):
    environ = create_environ("/", f"http://{host}", headers=headers)
    environ["REMOTE_ADDR"] = "127.0.0.1"
    request = Request(environ)

    assert is_sent_locally(request, allows_subdomains=True) is expected
    assert not is_sent_locally(request)
