"""Published holes of mail addresses: one text that two programs read differently."""

import pytest

from carboy.testing import Client, open_client
from tests.auth.conftest import Site

from .steps import ADA, LOGIN, ask_for_address, ask_for_reset

NEW = "new words that nobody knows"
PAGES = ["/account/register", "/account/forgot", "/account/code/request"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "email",
    [
        "eve@example.net,ada@example.com",
        "eve@example.net;ada@example.com",
        "eve@example.net ada@example.com",
        '"eve@example.net"@example.com',
        "<eve@example.net>ada@example.com",
        "eve@example.net\r\nBcc: ada@example.com",
    ],
)
def test_a_text_with_two_addresses_is_refused(
    site: Site, client: Client, page: str, email: str
) -> None:
    """CVE-2022-35924, GHSA-5jpx-9hw9-2fx4 (Auth.js): a mail went to both."""
    assert client.post(page, data={"email": email}).status_code == 422
    assert site.outbox.sent == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "email",
    [
        "eve@example.net\uff20example.com",
        "eve\ufe6bexample.net@example.com",
        "eve@example.net\uff0cada@example.com",
    ],
)
def test_an_address_is_checked_in_the_spelling_that_is_used(
    site: Site, client: Client, page: str, email: str
) -> None:
    """CVE-2026-73420 (Auth.js): the @ of another script passed, then became one."""
    assert client.post(page, data={"email": email}).status_code == 422
    assert site.outbox.sent == []


def test_a_new_address_is_checked_as_well(site: Site, client: Client) -> None:
    """CVE-2026-73420 (Auth.js), where an address is changed."""
    client.login(site.add())

    answer = client.post("/account/email", data={"email": "a\uff20b.example@c.example"})

    assert answer.status_code == 422


def test_mail_goes_to_the_stored_address(site: Site, client: Client) -> None:
    """CVE-2019-19844 (Django, django-allauth 0.41): it went to a similar one."""
    site.add()

    client.post("/account/forgot", data={"email": "ADA@EXAMPLE.COM"})
    client.post("/account/forgot", data={"email": "\uff41da@example.com"})
    client.post("/account/forgot", data={"email": "ad\u0430@example.com"})

    assert [(mail["name"], mail["to"]) for mail in site.outbox.sent] == [
        ("auth_reset", ADA),
        ("auth_reset", ADA),
        ("auth_no_account", "ad\u0430@example.com"),
    ]


def test_a_new_address_counts_once_its_owner_has_opened_the_link(
    site: Site, client: Client
) -> None:
    """django-allauth 65.12.1 and 65.14.1: a new address counted before that."""
    user = site.add()
    client.login(user)
    link = ask_for_address(site, client, "new@example.com")

    with site.app.app_context():
        assert site.db.session.get(site.User, user.id).email == ADA
    client.post(link)
    with site.app.app_context():
        assert site.db.session.get(site.User, user.id).email == "new@example.com"


def test_no_text_of_a_stranger_is_in_a_mail(site: Site, client: Client) -> None:
    """CVE-2022-31127 (Auth.js): mails carried links that strangers had written."""
    data = {"email": ADA, "name": '<a href="https://evil.example">Win</a>'}
    client.post("/account/register", data=data)

    (mail,) = site.outbox.sent
    assert set(mail) == {"name", "to", "link"}
    assert "evil" not in mail["link"]


def test_a_changed_address_voids_the_links_of_the_old_one(
    site: Site, client: Client
) -> None:
    """CVE-2026-134315 (Better Auth): a link worked for the next owner's account."""
    client.login(site.add())
    first = ask_for_address(site, client, "one@example.com")
    second = ask_for_address(site, client, "two@example.com")
    client.post(second)
    other = site.add(ADA)

    assert client.post(first).status_code == 400
    with site.app.app_context():
        assert site.db.session.get(site.User, other.id).email == ADA


def test_each_link_sets_the_address_that_it_was_sent_to(
    site: Site, client: Client
) -> None:
    """CVE-2026-32700 (Devise): of two changes at once, the other address was set."""
    user = site.add()
    client.login(user)
    own = ask_for_address(site, client, "eve@example.net")
    ask_for_address(site, client, "victim@example.com")

    client.post(own)

    with site.app.app_context():
        assert site.db.session.get(site.User, user.id).email == "eve@example.net"


def test_a_new_password_voids_a_change_of_the_address(
    site: Site, client: Client
) -> None:
    """CVE-2026-134315 (Better Auth): who was thrown out still had a link."""
    user = site.add()
    client.login(user)
    link = ask_for_address(site, client, "eve@example.net")
    reset = ask_for_reset(site, client)
    client.post(reset, data={"password": NEW})

    client.post(LOGIN, data={"login": ADA, "password": NEW})
    assert client.post(link).status_code == 400
    with site.app.app_context():
        assert site.db.session.get(site.User, user.id).email == ADA


def test_an_address_is_confirmed_by_whoever_has_asked(
    site: Site, client: Client
) -> None:
    """django-allauth 65.12.1, where an address is changed: its owner confirmed it.

    A new password would then let the owner into the account of the stranger.
    """
    user = site.add("eve@example.net")
    client.login(user)
    link = ask_for_address(site, client, "victim@example.com")
    with open_client(site.app) as victim:
        assert victim.get(link).status_code == victim.post(link).status_code == 302
        victim.login(site.add())
        assert victim.get(link).status_code == victim.post(link).status_code == 400

    with site.app.app_context():
        assert site.db.session.get(site.User, user.id).email == "eve@example.net"


def test_a_secondary_address_does_not_tell_who_has_an_account(
    site: Site, client: Client
) -> None:
    """django-allauth 0.55.0: adding an address told whether it was taken."""
    site.add("grace@example.com")
    client.login(site.add())

    taken = client.post("/account/email", data={"email": "grace@example.com"})
    free = client.post("/account/email", data={"email": "nobody@example.com"})

    assert (taken.status_code, taken.location) == (free.status_code, free.location)
    assert [mail["to"] for mail in site.outbox.sent] == [
        "grace@example.com",
        ADA,
        "nobody@example.com",
        ADA,
    ]


def test_a_login_with_a_damaged_text_is_only_wrong(site: Site, client: Client) -> None:
    """CVE-2022-31093 (Auth.js): what could not be read stopped the login."""
    site.add()
    for text in ("\x00", "\ud800", "@", "a" * 254, "\u202eada@example.com", ADA):
        for password in ("\ud800", "\x00", "x"):
            values = {"login": text, "password": password}
            answer = client.post(LOGIN, json=values)
            assert answer.status_code in {422, 429}
