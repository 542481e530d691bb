"""The own two-step login."""

import re

import pytest

from carboy.auth.second_factors.totp_codes import make_code, step_of

PAGE, OFF = "/account/two-step", "/account/two-step/off"


@pytest.fixture
def logged_in(site, client):
    user = site.add()
    with client.session_transaction() as session:
        site.app.extensions["carboy.login"](session, user)
    return client


def find_pages(site):
    return {
        rule.endpoint: rule.rule
        for rule in site.app.url_map.iter_rules()
        if rule.endpoint.startswith("auth.")
    }


def test_it_is_switched_on_with_a_code_and_off_with_another(site, logged_in):
    pages = find_pages(site)
    page = logged_in.get(pages["auth.two_step"])
    assert "<svg" in page.text
    secret = re.search(r"\b[A-Z2-7]{16,}\b", page.text)[0]
    now = step_of(site.now)
    wrong = logged_in.post(pages["auth.two_step"], data={"code": "000"})
    assert wrong.status_code >= 400

    answer = logged_in.post(
        pages["auth.two_step"], data={"code": make_code(secret, now - 1)}
    )
    assert answer.status_code == 200
    assert "Recovery codes" in answer.text
    assert [mail["name"] for mail in site.outbox.sent] == ["auth_two_step_changed"]

    answer = logged_in.post(
        pages["auth.two_step_off"], data={"code": make_code(secret, now)}
    )
    assert answer.status_code == 303
    assert logged_in.get(pages["auth.two_step"]).status_code == 200


def test_visitors_are_led_to_the_login(site, client):
    pages = find_pages(site)
    for name in ("auth.two_step", "auth.two_step_off"):
        assert client.get(pages[name]).status_code == 302


def test_what_is_off_cannot_be_switched_off(site, logged_in):
    pages = find_pages(site)
    answer = logged_in.get(pages["auth.two_step_off"])
    assert answer.location == pages["auth.two_step"]
