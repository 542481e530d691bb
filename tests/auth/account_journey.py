"""One person's whole way through the pages of accounts, in a real browser.

Registers, confirms, logs in, sets up an app and a passkey, trusts a browser, looks at
the sessions, takes the data and deletes the account. Each page is handed to `check`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from carboy.auth.second_factors.totp_codes import make_code, step_of
from carboy.i18n import Babel
from carboy.site import Headers
from tests.auth.conftest import PASSWORD, Site
from tests.ui.serving import serve

EMAIL = "ada@example.com"
VIEWS = [
    (language, width, is_dark)
    for language in ("en", "zh-CN")
    for width in (1280, 400)
    for is_dark in (False, True)
]
_OWN = ("sessions", "activity", "profile", "email", "password", "two-step")
_SUBMIT = ".ui-form .ui-primary"
# Addresses of everything that the page has loaded.
_LOADED = """
return [location.href, ...performance.getEntriesByType("resource").map((e) => e.name)];
"""
_EXPORT = """
window.exported = null;
fetch("/account/export").then((answer) => answer.json()).then(
  (body) => { window.exported = body.account.email; });
"""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def open_site(folder: Path) -> Iterator[tuple[Site, str]]:
    """Serve a site with accounts in two languages; yield it and its address."""
    site = Site(
        folder,
        SESSION_TYPE="sqlalchemy",
        LANGUAGES=["en", "zh-CN"],
        AUTH_AFTER_LOGIN="/account/",
        AUTH_AFTER_LOGOUT="/account/login",
        AUTH_THROTTLE=False,
        SITE_NAME="Bookshop",
    )
    Babel(site.app)
    Headers(site.app)
    with serve(site.app) as address:
        # Browsers know no passkeys of addresses that are numbers.
        yield site, address.replace("127.0.0.1", "localhost")


class Journey:
    """A visitor with one browser, who takes each step after the other."""

    def __init__(
        self, browser: Any, site: Site, address: str, check: Callable[[str], None]
    ) -> None:
        self.browser, self.site, self.address = browser, site, address
        self._check = check
        self._secret = ""

    def walk(self) -> None:
        """Take all steps."""
        call = self.browser.devtools
        call("WebAuthn.enable")
        made = call("WebAuthn.addVirtualAuthenticator", options=AUTHENTICATOR)
        # No field offers the passkey by itself: each login is by the form.
        script = "PublicKeyCredential.isConditionalMediationAvailable = async () => 0"
        added = call("Page.addScriptToEvaluateOnNewDocument", source=script)
        try:
            self._register()
            self._set_up_app()
            self._add_passkey(made["authenticatorId"])
            self._log_in_and_trust()
            self._log_in_by_passkey()
            self._look_around()
            self._delete()
        finally:
            call("Page.removeScriptToEvaluateOnNewDocument", **added)
            call("WebAuthn.removeVirtualAuthenticator", **made)
            call("WebAuthn.disable")
            self.browser.goto("about:blank")

    def _register(self) -> None:
        self._open("register")
        self._look("register")
        self.browser.type("[name=email]", EMAIL)
        self.browser.type("[name=name]", "Ada")
        self._submit()
        self.browser.wait_until(lambda: bool(self.site.outbox.sent), "no mail was sent")
        self._look("register sent")
        self.browser.goto(self._find_link())
        self._look("choose a password")
        self.browser.type("[name=password]", "short")
        self._submit()
        self.browser.wait_for("[aria-invalid=true], .ui-summary")
        self._look("choose a password refused")
        self.browser.type("[name=password]", PASSWORD)
        self._submit()
        self.browser.wait_for("form[action$='/logout'], a[href$='/account/two-step']")
        self._look("account")

    def _set_up_app(self) -> None:
        self._open("two-step")
        self._secret = self.browser.text("main code")
        self._look("two-step")
        self.browser.type("[name=code]", self._code(0))
        self._submit()
        self.browser.wait_for("main pre")
        self._look("recovery codes")

    def _add_passkey(self, authenticator: str) -> None:
        self._open("passkeys")
        self._look("passkeys")
        self.browser.type("[data-passkey=create] [name=name]", "My phone")
        self.browser.click("[data-passkey=create] .ui-primary")
        self.browser.wait_until(
            lambda: bool(
                self.browser.devtools(
                    "WebAuthn.getCredentials", authenticatorId=authenticator
                )["credentials"]
            ),
            "no passkey was made",
        )
        self.browser.wait_for("main .ui-card [popovertarget]")
        self._look("passkey added")

    def _log_in_and_trust(self) -> None:
        self._log_out()
        self._look("login")
        self._type_login("wrong " + PASSWORD)
        self.browser.wait_for(".ui-summary, .ui-error, [role=alert]")
        self._look("login refused")
        self._type_login(PASSWORD)
        self.browser.wait_for("[name=code]")
        self._look("second step")
        self.browser.type("[name=code]", self._code(1))
        self.browser.click("[name=trust]")
        self._submit()
        self.browser.wait_for("a[href$='/account/sessions']")
        # Trusted: the password is enough from now on.
        self._log_out()
        self._type_login(PASSWORD)
        self.browser.wait_for("a[href$='/account/sessions']")

    def _log_in_by_passkey(self) -> None:
        self._log_out()
        self.browser.click("form[data-passkey=get] button")
        self.browser.wait_for("a[href$='/account/sessions']")

    def _look_around(self) -> None:
        for name in (
            "sessions",
            "activity",
            "profile",
            "email",
            "password",
            "two-step",
        ):
            self._open(name)
            self._look(f"own {name}")
        self.browser.run(_EXPORT)
        self.browser.wait_until(
            lambda: self.browser.run("return window.exported") == EMAIL, "no export"
        )

    def _delete(self) -> None:
        self._open("delete")
        self._look("delete")
        self.browser.click("[name=agree]")
        self.browser.click("main form .ui-danger, main form .ui-primary")
        self.browser.wait_for("[name=login]")
        self._look("deleted")
        self._type_login(PASSWORD)
        self.browser.wait_for(".ui-summary, .ui-error, [role=alert]")
        assert self.browser.has("[name=login]")

    def _open(self, path: str) -> None:
        self.browser.goto(f"{self.address}/account/{path}")

    def _look(self, name: str) -> None:
        self.browser.wait_for("main#main h1")
        for url in self.browser.run(_LOADED):
            assert url.startswith((f"{self.address}/", "data:")), (name, url)
        self._check(name)

    def _submit(self) -> None:
        self.browser.click(_SUBMIT)

    def _type_login(self, password: str) -> None:
        self.browser.type("[name=login]", EMAIL)
        self.browser.type("[name=password]", password)
        self._submit()

    def _log_out(self) -> None:
        # The cookie of the session; that of a trusted browser stays.
        self.browser.devtools("Network.deleteCookies", name="session", url=self.address)
        self._open("login")

    def _find_link(self) -> str:
        path: str = self.site.outbox.sent[-1]["link"]
        return path.replace("http://127.0.0.1", "http://localhost")

    def _code(self, offset: int) -> str:
        return make_code(self._secret, step_of(self.site.now) + offset)
