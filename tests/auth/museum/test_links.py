"""Published holes of links in mails: one purpose, one use, one owner."""

from collections.abc import Callable

import pytest

from carboy.auth.app_state import auth_state
from carboy.auth.pages.tokens import email_state, password_state, tokens_for
from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site

from .steps import (
    ADA,
    EVE,
    NEW_PASSWORD,
    ask_for_code,
    ask_for_reset,
    is_logged_in,
    log_in,
)

PURPOSES = ("reset", "confirm", "email", "register")


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_link_of_one_purpose_serves_no_other(
    site: Site, client: Client, purpose: str
) -> None:
    """CVE-2023-48309 (Auth.js), CVE-2026-114607 (Better Auth): it did."""
    user = site.add()
    for other in PURPOSES:
        with site.app.test_request_context():
            state = auth_state.of(site.app)
            stored = site.db.session.get(site.User, user.id)
            states = {
                "reset": password_state(stored),
                "email": email_state(stored),
                "confirm": ADA,
                "register": EVE,
            }
            token = tokens_for(state, other).make(
                EVE if purpose == "register" else "1", states[purpose], EVE
            )
            site.db.session.expunge(stored)
        # A new address is confirmed in the account that has asked for it.
        client.login(stored)
        data = {"password": NEW_PASSWORD}
        answer = client.post(f"/account/{purpose}/{token}", data=data)
        assert (answer.status_code == 400) is (other != purpose), other


def test_a_link_works_once(site: Site, client: Client) -> None:
    """ASVS 6.4.3: who finds a used link does not use it again."""
    site.add(email_confirmed_at=None)
    log_in(client)
    link = site.outbox.sent[-1]["link"]

    # What it is bound to is the address, which stays.
    assert client.post(link, data={"password": PASSWORD}).status_code == 303
    assert client.post(link, data={"password": PASSWORD}).status_code == 400


def test_a_link_is_void_once_the_address_has_changed(
    site: Site, client: Client
) -> None:
    """CVE-2026-134315 (Better Auth), for the link that replaces a password."""
    user = site.add()
    link = ask_for_reset(site, client)
    with site.app.app_context():
        stored = site.db.session.get(site.User, user.id)
        stored.email = EVE
        stored.end_sessions()
        site.db.session.commit()

    assert client.post(link, data={"password": NEW_PASSWORD}).status_code == 400


def test_a_link_that_is_only_opened_changes_nothing(site: Site, client: Client) -> None:
    """Programs that look into mails open each link."""
    site.add()
    link = ask_for_reset(site, client)

    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200
    assert client.post(link, data={"password": NEW_PASSWORD}).status_code == 303


def test_a_link_leads_to_the_configured_host(make_site: Callable[..., Site]) -> None:
    """GHSA-pgx2-m66h-x29f (Better Auth for Convex): the Host header chose it."""
    site = make_site(SERVER_NAME="shop.example")
    site.add()
    client = site.app.test_client()
    headers = {"Host": "evil.example", "Sec-Fetch-Site": "same-origin"}

    client.post("/account/forgot", data={"email": ADA}, headers=headers)

    assert site.outbox.sent[-1]["link"].startswith("http://shop.example/account/reset/")


def test_a_code_is_for_the_browser_that_asked(site: Site, client: Client) -> None:
    """CVE-2022-39263 (Auth.js): only the address was compared, not the token."""
    site.add()
    site.add(EVE)
    code = ask_for_code(site, client)

    with open_client(site.app) as other:
        ask_for_code(site, other, EVE)
        assert other.post("/account/code", data={"code": code}).status_code == 400
        assert not is_logged_in(other)


def test_a_code_works_once(site: Site, client: Client) -> None:
    """CVE-2026-107276 (MISP): of two requests with one code both got in."""
    site.add()
    code = ask_for_code(site, client)
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert client.post("/account/code", data={"code": code}).status_code == 303

    with open_client(site.app) as other:
        other.set_cookie("session", cookie.value)
        assert other.post("/account/code", data={"code": code}).status_code == 400


def test_a_code_of_nobody_lets_nobody_in(site: Site, client: Client) -> None:
    """CVE-2022-39263 (Auth.js): an account that is missing has no code."""
    ask_pages = client.post("/account/code/request", data={"email": ADA})
    assert ask_pages.status_code == 303
    assert "code" not in site.outbox.sent[-1]
    site.add()

    assert client.post("/account/code", data={"code": ""}).status_code == 422
    assert not is_logged_in(client)
