"""S26: cookies are safe, and damaged ones are discarded."""

import pytest
from flask import session

from carboy.sessions import regenerate

from .conftest import cookie_of

# Damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda value: value[:-2] + "xx",
        lambda value: "x" + value,
        lambda value: value[: len(value) // 2],
        lambda value: "",
        lambda value: "A" * 4_000,
        lambda value: value[1:],
        lambda value: ".".join([value] * 3),
        lambda value: "eyJhIjoxfQ.aaaaaa.bbbbbb",
        lambda value: "%00%ff",
    ],
    ids=range(9),
)
def test_a_damaged_cookie_gives_a_new_session_and_one_log_line(
    site, browser, damage, caplog
):
    site.visit(browser, lambda s: s.update(a=1))
    damaged = damage(cookie_of(browser))
    browser.set_cookie("session", damaged)
    caplog.clear()

    response = site.visit(browser, lambda s: s.get("a"))

    assert response.status_code == 200
    lines = [r for r in caplog.records if "was discarded" in r.getMessage()]
    assert len(lines) == (1 if damaged else 0)
    caplog.clear()
    assert site.read(browser) == {}
    site.visit(browser, lambda s: s.update(b=2))
    assert site.read(browser) == {"b": 2}


def test_a_cookie_of_another_site_is_not_accepted(make_site, clock):
    """The signature, or the hash of the id, ties a session to its site."""
    site = make_site()
    browser = site.browser()
    browser.set_cookie("session", "z" * 43)

    assert site.read(browser) == {}


# Cookies


def test_over_https_the_cookie_is_bound_to_its_host(site, browser):
    """S26."""
    response = site.visit(
        browser, lambda s: s.update(a=1), base_url="https://localhost/"
    )

    for cookie in response.headers.getlist("Set-Cookie"):
        parts = {part.strip() for part in cookie.split(";")}
        assert cookie.startswith("__Host-session")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
        assert "Domain" not in cookie


def test_every_cookie_of_a_write_has_all_attributes(site, browser):
    """S26, also for the cookies of a second write."""
    base = {"base_url": "https://localhost/"}
    site.visit(browser, lambda s: s.update(a=1), **base)
    response = site.visit(browser, lambda s: s.update(a=2), **base)
    cookies = response.headers.getlist("Set-Cookie")
    cookies += site.visit(browser, regenerate, **base).headers.getlist("Set-Cookie")
    cookies += site.visit(browser, lambda s: s.clear(), **base).headers.getlist(
        "Set-Cookie"
    )

    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-session")
        assert "Secure; HttpOnly; Path=/; SameSite=Lax" in cookie


def test_over_http_the_cookie_is_not_secure_but_has_the_rest(site, browser):
    response = site.visit(browser, lambda s: s.update(a=1))

    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert "Secure" not in cookie
    assert "HttpOnly; Path=/; SameSite=Lax" in cookie


def test_the_settings_of_flask_for_the_cookie_are_honoured(make_site):
    config = {
        "SESSION_COOKIE_NAME": "sid",
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_PATH": "/do",
        "SESSION_COOKIE_SECURE": True,
    }
    site = make_site(config=config)

    response = site.visit(site.browser(), lambda s: s.update(a=1))

    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Secure-sid=")
    assert "Path=/do; SameSite=Strict" in cookie


def test_session_transaction_of_the_test_client_works(site, browser):
    with browser.session_transaction() as inside:
        inside["a"] = 1
    assert site.read(browser) == {"a": 1}

    with browser.session_transaction() as inside:
        assert inside["a"] == 1
        inside["b"] = 2

    assert site.read(browser) == {"a": 1, "b": 2}


def test_the_session_works_in_a_request_context_of_its_own(site):
    with site.app.test_request_context("/public"):
        session["a"] = 1
        assert session["a"] == 1
