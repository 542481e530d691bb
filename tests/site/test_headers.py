"""Every answer carries headers that keep a page to itself, unless a view says less."""

import pytest
from flask import Flask, Response

from carboy.core import registry_of, run_checks
from carboy.site import (
    Headers,
    csp_nonce,
    has_nonce,
    relax_csp,
)

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def make(**config):
    app = Flask("shop")
    app.config.update(config)
    Headers(app)
    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/nonce", "nonce", lambda: f"{has_nonce()} {csp_nonce()}")
    return app


@pytest.mark.parametrize("path", ["/", "/nonce", "/nothing-here"])
def test_every_answer_has_them_errors_too(path):
    answer = make().test_client().get(path)

    assert {name: answer.headers[name] for name in WANTED} == WANTED
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe-inline" not in policy
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1


def test_a_nonce_is_new_each_time_and_in_the_policy():
    client = make().test_client()
    seen = set()

    for _ in range(1_000):
        answer = client.get("/nonce")
        nonce = answer.text.split()[1]
        seen.add(nonce)
        assert f"script-src 'self' 'nonce-{nonce}'" in str(answer.headers)

    assert len(seen) == 1_000


def test_a_page_that_wants_no_nonce_allows_none():
    assert (
        "nonce" not in make().test_client().get("/").headers["Content-Security-Policy"]
    )


def test_hsts_is_sent_where_visitors_come_by_https():
    name = "Strict-Transport-Security"

    assert name not in make().test_client().get("/").headers
    assert make(HTTPS=True).test_client().get("/").headers[name] == "max-age=3600"
    assert name not in make(HTTPS=True, HEADERS_HSTS=0).test_client().get("/").headers


def test_hsts_for_long_and_for_subdomains_has_to_be_asked_for():
    app = make(HTTPS=True, HEADERS_HSTS=31_536_000, HEADERS_HSTS_SUBDOMAINS=True)

    headers = app.test_client().get("/").headers

    assert headers["Strict-Transport-Security"] == (
        "max-age=31536000; includeSubDomains"
    )


def test_one_view_may_do_more_and_the_others_may_not():
    app = make()

    @app.get("/map")
    @relax_csp({"img-src": "https://tile.example.com"}, frame="SAMEORIGIN")
    def show_map():
        return "map"

    client = app.test_client()
    loose = client.get("/map").headers
    strict = client.get("/").headers

    assert (
        "img-src 'self' https://tile.example.com;" in loose["Content-Security-Policy"]
    )
    assert loose["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in loose["Content-Security-Policy"]
    assert "tile" not in strict["Content-Security-Policy"]
    assert strict["X-Frame-Options"] == "DENY"


def test_a_header_that_a_view_sets_itself_stays():
    app = make()
    own = {"content-security-policy": "default-src *"}
    app.add_url_rule("/own", "own", lambda: Response("x", headers=own))

    answer = app.test_client().get("/own")

    assert answer.headers.getlist("Content-Security-Policy") == ["default-src *"]


def test_sources_of_the_whole_site_are_added():
    app = make(
        HEADERS_CSP={"img-src": "https://img.example.com", "style-src": ["x.org"]}
    )

    policy = app.test_client().get("/").headers["Content-Security-Policy"]

    assert "img-src 'self' https://img.example.com" in policy
    assert "style-src 'self' x.org" in policy


@pytest.mark.parametrize(
    ("csp", "found"),
    [
        ({"script-src": "'unsafe-inline'"}, ["headers.W001"]),
        ({"scrpt-source": "x"}, ["headers.E001"]),
        ({"img-src": "https://a"}, []),
    ],
)
def test_what_opens_the_policy_is_told(csp, found):
    app = make(HEADERS_CSP=csp)

    assert [check.id for check in run_checks(app, registry_of(app).checkers)] == found
