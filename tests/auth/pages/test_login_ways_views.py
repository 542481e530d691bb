"""The page of linked logins."""

import pytest

from carboy.testing import open_client
from tests.auth.pages.visitor import JSON, Visitor, assert_local_time

LOGINS = "/account/logins"


@pytest.fixture
def site(make_site, providers):
    return make_site(providers=providers)


def test_the_page_lists_what_is_linked_and_what_can_be(site, visitor):
    visitor.client.login(site.add())
    visitor.link("github")

    shown = visitor.client.get(LOGINS, headers=JSON).json

    assert [each["provider"] for each in shown["linked"]] == ["github"]
    page = visitor.client.get(LOGINS).text
    assert_local_time(page, shown["linked"][0]["since"])
    others = [each["provider"] for each in shown["others"]]
    assert others == ["google", "company", "loose", "wechat"]
    assert "Linked logins" in visitor.client.get("/account/").text


def test_a_password_or_a_passkey_is_another_way_to_log_in(site, visitor):
    visitor.client.login(site.add())
    visitor.link("github")

    done = visitor.client.post(f"{LOGINS}/github/unlink")

    assert done.location == LOGINS
    assert visitor.client.get(LOGINS, headers=JSON).json["linked"] == []
    kinds = [mail["name"] for mail in site.outbox.sent]
    assert kinds == ["auth_logins_changed"] * 2


def test_what_is_not_linked_cannot_be_unlinked(site, visitor):
    visitor.client.login(site.add())

    assert visitor.client.post(f"{LOGINS}/github/unlink").status_code == 400


def test_a_site_without_providers_has_no_such_page(make_site):
    site = make_site()
    with open_client(site.app) as client:
        client.login(site.add())
        assert client.get(LOGINS).status_code == 404
        assert "Linked logins" not in client.get("/account/").text


def test_visitors_see_nothing(visitor):
    assert isinstance(visitor, Visitor)
    assert visitor.client.get(LOGINS).status_code == 302
    assert visitor.client.post(f"{LOGINS}/github/link").status_code == 302
