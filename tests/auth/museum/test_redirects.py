"""Published holes of the page that follows: it must be on this site."""

import pytest

from carboy.auth import redirect_back
from carboy.testing import Client
from tests.auth.conftest import Site

from .steps import NEW_PASSWORD, ask_for_reset, log_in

EVIL = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "http:evil.example",
    "http:/evil.example",
    "https:///evil.example",
    "http://localhost@evil.example/",
    "http://localhost:80@evil.example",
    "http://localhost.evil.example/",
    "http://localhost\\.evil.example/",
    "http://localhost%2eevil.example/",
    "http://evil.example#@localhost/",
    "http://evil.example?localhost",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "http://[localhost",
    "http://",
    " /\u2028/evil.example",
    "\u3000//evil.example",
]


@pytest.mark.parametrize("target", EVIL)
def test_a_login_leads_to_no_other_site(
    site: Site, client: Client, target: str
) -> None:
    """CVE-2021-32618, CVE-2021-23385, CVE-2023-49438 (Flask-Security-Too)."""
    site.add()

    assert log_in(client, next=target).location == "/"


@pytest.mark.parametrize("target", EVIL)
def test_a_visitor_who_is_logged_in_is_led_to_no_other_site(
    site: Site, client: Client, target: str
) -> None:
    """CVE-2025-71403 (Better Auth), CVE-2022-24858 (Auth.js): callback addresses."""
    client.login(site.add())

    answer = client.get("/account/login", query_string={"next": target})

    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("target", EVIL)
def test_a_referrer_is_no_page_of_this_site(site: Site, target: str) -> None:
    """CVE-2026-40295 (Devise): an expired session led back to the referrer."""
    site.app.add_url_rule("/back", view_func=redirect_back, methods=["GET", "POST"])
    client = site.app.test_client()
    # A header cannot have a line break or another script.
    header = target.encode("ascii", "ignore").decode().replace("\n", "").strip()

    assert client.get("/back", headers={"Referer": header}).location == "/"


def test_a_post_without_a_login_is_not_repeated(site: Site, client: Client) -> None:
    """CVE-2026-40295 (Devise): only pages that are read are come back to."""
    answer = client.post(
        "/account/profile", headers={"Referer": "https://evil.example"}
    )

    assert answer.location == "/account/login"


def test_a_link_of_a_mail_has_no_page_that_follows(site: Site, client: Client) -> None:
    """CVE-2024-56734 (Better Auth): the link of a mail took a callback address."""
    site.add()
    link = ask_for_reset(site, client)

    answer = client.post(f"{link}?next=//evil.example", data={"password": NEW_PASSWORD})

    assert answer.location == "/account/login"


@pytest.mark.parametrize("target", EVIL)
def test_a_page_never_shows_what_it_was_given(
    site: Site, client: Client, target: str
) -> None:
    """CVE-2025-71404 (Better Auth): the text of an address was part of the page."""
    text = client.get(
        "/account/login", query_string={"next": target, "error": "<script>x</script>"}
    ).text

    assert "evil.example" not in text
    assert "<script>x" not in text
