"""Passkeys in a real browser, with an authenticator that it emulates."""

from contextlib import contextmanager

import pytest

from carboy.site import Headers
from tests.auth.conftest import PASSWORD
from tests.ui.serving import serve

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class VirtualAuthenticator:
    """The authenticator of the browser, and what a person does with it."""

    def __init__(self, browser):
        self._browser = browser
        self._call("enable")
        self.id = self._call("addVirtualAuthenticator", options=AUTHENTICATOR)[
            "authenticatorId"
        ]

    @property
    def credentials(self):
        return self._call("getCredentials", authenticatorId=self.id)["credentials"]

    def be_present(self, *, present):
        self._call(
            "setAutomaticPresenceSimulation", authenticatorId=self.id, enabled=present
        )

    def close(self):
        self._call("removeVirtualAuthenticator", authenticatorId=self.id)
        self._call("disable")

    def _call(self, name, **parameters):
        return self._browser.devtools(f"WebAuthn.{name}", **parameters)


@pytest.fixture
def authenticator(browser):
    authenticator = VirtualAuthenticator(browser)
    yield authenticator
    authenticator.close()
    browser.goto("about:blank")


@contextmanager
def open_site(site):
    Headers(site.app)
    with serve(site.app) as address:
        # Browsers know no passkeys of addresses that are numbers.
        yield address.replace("127.0.0.1", "localhost")


@contextmanager
def without_autofill(browser):
    """As a browser that offers passkeys in no field."""
    script = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
    added = browser.devtools("Page.addScriptToEvaluateOnNewDocument", source=script)
    try:
        yield
    finally:
        browser.devtools("Page.removeScriptToEvaluateOnNewDocument", **added)


def log_in(browser, address, path="/account/passkeys"):
    browser.goto(f"{address}/account/login?next={path}")
    browser.type("[name=login]", "ada@example.com")
    browser.type("[name=password]", PASSWORD)
    browser.click(".ui-form .ui-primary")


def add_passkey(browser, shown="my phone", where="main .ui-card"):
    browser.type("[data-passkey=create] [name=name]", "my phone")
    browser.click("[data-passkey=create] .ui-primary")
    # The hint of the field names such a text as well.
    browser.wait_for_text(shown, where)


def log_out(browser, address):
    browser.devtools("Network.clearBrowserCookies")
    browser.goto(f"{address}/open")


def test_a_passkey_is_made_and_logs_in_by_button_and_by_autofill(
    site, browser, authenticator
):
    site.add()
    with open_site(site) as address:
        log_in(browser, address)
        add_passkey(browser)
        assert len(authenticator.credentials) == 1

        with without_autofill(browser):
            log_out(browser, address)
            browser.goto(f"{address}/account/login?next=/private")
            browser.click("form[data-autofill] button")
            browser.wait_for_text("private")

        # The field alone.
        log_out(browser, address)
        browser.goto(f"{address}/account/login?next=/private")
        browser.wait_for_text("private")
        browser.goto("about:blank")
    assert browser.csp_violations == []


def test_a_removed_passkey_is_signalled_to_the_browser(site, browser, authenticator):
    site.add()
    with open_site(site) as address:
        log_in(browser, address)
        add_passkey(browser)
        browser.click(".ui-card [popovertarget]:not([popovertarget^=rename])")
        browser.click(".ui-dialog:popover-open .ui-danger")
        browser.wait_for_text("The passkey is removed.")
        assert len(authenticator.credentials) == 1

        log_out(browser, address)
        browser.goto(f"{address}/account/login")
        browser.wait_for_text("This site does not know this passkey.")
        browser.wait_until(lambda: not authenticator.credentials, "still there")
        browser.goto("about:blank")
    assert browser.csp_violations == []


def test_a_passkey_is_the_second_step(make_site, browser, authenticator):
    site = make_site(AUTH_PASSKEYS="second")
    site.add()
    with open_site(site) as address:
        log_in(browser, address)
        add_passkey(browser, "Recovery codes", "main h1")

        log_out(browser, address)
        log_in(browser, address, "/private")
        browser.wait_for_text("Confirm with your passkey")
        browser.click("[data-passkey=get] [name=trust]")
        browser.click("[data-passkey=get] button")
        browser.wait_for_text("private")

        # Trusted now: the password is enough.
        browser.devtools("Network.deleteCookies", name="session", url=address)
        log_in(browser, address, "/private")
        browser.wait_for_text("private")
        browser.goto("about:blank")
    assert browser.csp_violations == []


def test_without_scripts_the_pages_say_what_is_missing(site, browser):
    site.add()
    with open_site(site) as address:
        log_in(browser, address)
        browser.wait_for("h1")
        browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
        try:
            browser.goto(f"{address}/account/passkeys")
            assert "Passkeys need JavaScript" in browser.text("main")
            assert "Log in with a passkey" not in browser.text("body")
        finally:
            browser.devtools("Emulation.setScriptExecutionDisabled", value=False)
        browser.goto("about:blank")
