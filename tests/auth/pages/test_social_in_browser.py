"""A login with another site in a real browser, with the policy of the pages."""

import pytest

from carboy.testing.identity_provider import Person
from tests.auth.pages.test_passkeys_in_browser import log_in, open_site


@pytest.fixture
def site(make_site, providers):
    return make_site(providers=providers)


def test_a_visitor_goes_to_the_provider_and_comes_back_logged_in(site, browser, server):
    server.person = Person("7", "ann@example.com", name="Ann")
    with open_site(site) as address:
        browser.goto(f"{address}/account/login?next=/private")
        browser.click("form[action$='social/company'] button")
        browser.wait_for_text("private")
        assert browser.url == f"{address}/private"

        browser.goto(f"{address}/account/logins")
        assert "Company" in browser.text(".ui-card")
        browser.click("form[action$='github/link'] button")
        browser.wait_for_text("You can log in with GitHub now.")
        browser.goto("about:blank")
    assert browser.csp_violations == []


def test_a_known_address_leads_to_the_password_and_to_the_link(site, browser, server):
    site.add("ada@example.com")
    server.person = Person("7", "ada@example.com", name="Ada")
    with open_site(site) as address:
        browser.goto(f"{address}/account/login")
        browser.click("form[action$='social/company'] button")
        browser.wait_for_text("There is an account with ada@example.com already.")

        log_in(browser, address, "/account/logins")
        browser.click("form[action$='company/link'] button")
        browser.wait_for_text("You can log in with Company now.")
        browser.goto("about:blank")
    assert browser.csp_violations == []
