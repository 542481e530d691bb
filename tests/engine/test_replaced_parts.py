"""An app may replace any part of what it is handed: stock Flask's answer stays.

Where stock Flask answers, the engine gives the same answer; where stock Flask shows an
error page, the engine raises nothing out of the app.
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, request, session
from replacing import (
    LASTING,
    LASTING_PATHS,
    PARTS,
    PATHS,
    VALUES,
    Door,
    Outcome,
    Site,
    call_server_door,
    call_wsgi_app,
    outcome_of,
)
from twins import Fast, call_app, make
from werkzeug.test import create_environ

from carboy.engine import make_lazy_response


@pytest.fixture(scope="module")
def cookie() -> str:
    headers = call_app(Site(Flask).app, create_environ("/session"))[1]
    return next(v.partition(";")[0] for k, v in headers if k == "Set-Cookie")


def check(expected: Outcome, outcome: Outcome, *where: Any) -> None:
    """Compare two outcomes; where stock Flask fails too, the engine may do better."""
    if expected[0] == "raised":
        return
    if expected[0].startswith("5"):
        assert outcome[0] != "raised", where
    else:
        assert outcome == expected, where


@pytest.mark.parametrize("call", [call_wsgi_app, call_server_door])
@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in PARTS if kind not in LASTING for name in PARTS[kind]],
)
def test_a_part_of_a_request_may_be_replaced(
    kind: str, name: str, call: Door, cookie: str
) -> None:
    for with_hooks in (False, True):
        sites = [Site(base, with_hooks=with_hooks) for base in (Flask, Fast)]
        for site in sites:
            call(site.app, "/text", cookie)
            site.kind, site.name = kind, name
        for label, value in VALUES.items():
            for site in sites:
                site.value = value
            for path in PATHS:
                outcomes = [call(site.app, path, cookie) for site in sites]
                check(*outcomes, label, path, with_hooks)


@pytest.mark.parametrize("call", [call_wsgi_app, call_server_door])
@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in sorted(LASTING) for name in PARTS[kind]]
)
def test_a_part_of_an_app_may_be_replaced(
    kind: str, name: str, call: Door, cookie: str
) -> None:
    for label, value in VALUES.items():
        sites = [Site(base) for base in (Flask, Fast)]
        for site in sites:
            call(site.app, "/text", cookie)
            site.kind, site.name, site.value = kind, name, value
            site.replace_for_good()
        for path in LASTING_PATHS:
            check(*(call(site.app, path, cookie) for site in sites), label, path)


def compare(build: Callable[[Any], object], path: str = "/") -> tuple[Outcome, Outcome]:
    """Return what stock Flask and the engine answer to a second request."""
    outcomes = []
    for base in (Flask, Fast):
        app = make(build, base)
        app.logger.disabled = True
        call_wsgi_app(app, path, "")
        outcomes.append(call_wsgi_app(app, path, ""))
    return outcomes[0], outcomes[1]


def test_a_tuple_that_a_hook_returns_is_no_response() -> None:
    def build(app: Any) -> None:
        app.add_url_rule("/", "text", lambda: "text")
        app.after_request(lambda response: ("200 OK", [("X-A", "1")], b"not sent"))

    expected, outcome = compare(build)

    assert outcome == expected
    assert outcome[0] == "raised"


def test_a_kept_page_takes_the_status_that_the_view_returns() -> None:
    page = "200 OK", [("Content-Type", "text/own"), ("Content-Length", "2")], b"hi"

    def build(app: Any) -> None:
        app.add_url_rule("/", "page", lambda: (make_lazy_response(page), 404))

    expected, outcome = compare(build)

    assert outcome == expected
    assert outcome[0] == "404 NOT FOUND"


def test_the_provider_of_another_app_makes_the_responses_of_that_app() -> None:
    class Own(Response):
        default_status = 203

    def build(app: Any) -> None:
        other = Flask("other")
        other.response_class = Own
        app.other = other
        app.json = other.json
        app.add_url_rule("/", "json", lambda: {"a": 1})

    expected, outcome = compare(build)

    assert outcome == expected
    assert outcome[0].startswith("203")


@pytest.mark.parametrize("name", ["HTTP_COOKIE", "cookies"])
def test_a_session_comes_from_the_cookies_that_arrived(name: str, cookie: str) -> None:
    def build(app: Any) -> None:
        @app.before_request
        def change() -> None:
            if name == "cookies":
                request.cookies = {"session": "other"}  # type: ignore[assignment]  # as apps do
            else:
                request.environ[name] = "session=other"

        app.add_url_rule(
            "/", "n", lambda: f"{session.get('n')} {dict(request.cookies)}"
        )

    outcomes = []
    for base in (Flask, Fast):
        app = make(build, base)
        outcomes += [
            call_wsgi_app(app, "/", cookie),
            call_server_door(app, "/", cookie)[:3],
        ]

    assert outcomes[2:] == outcomes[:2]
    assert outcomes[0][3].startswith(b"1 ")


HOST_SETTINGS: dict[str, Any] = {
    "other trusted host": ("TRUSTED_HOSTS", ["example.com"]),
    "no trusted host": ("TRUSTED_HOSTS", []),
    "trusted text": ("TRUSTED_HOSTS", "example.com"),
    "trusted generator": ("TRUSTED_HOSTS", (host for host in ("example.com",))),
    "trusted number": ("TRUSTED_HOSTS", 5),
    "server name": ("SERVER_NAME", "example.com"),
    "server name of another type": ("SERVER_NAME", 5),
    "server name that is no name": ("SERVER_NAME", "a..b"),
}


@pytest.mark.parametrize("name", HOST_SETTINGS)
@pytest.mark.parametrize("host", ["localhost", "evil.example", "a b", ""])
def test_a_refused_host_leaves_the_environ_as_in_stock_flask(
    name: str, host: str
) -> None:
    outcomes = []
    for base in (Flask, Fast):
        app = make(lambda app: app.add_url_rule("/", "i", lambda: "text"), base)
        call_wsgi_app(app, "/", "")
        setting, value = HOST_SETTINGS[name]
        app.config[setting] = value
        for _ in range(2):
            environ = create_environ("/")
            environ["HTTP_HOST"] = host
            outcome = outcome_of(
                lambda app=app, environ=environ: call_app(app, environ)
            )
            left = type(environ.get("werkzeug.request")).__name__
            outcomes.append((outcome, sorted(environ), left))

    assert outcomes[2:] == outcomes[:2]
