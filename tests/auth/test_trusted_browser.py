"""A trusted browser skips the second step, for one user, until trust ends."""

import pytest

from carboy.auth import auth_state
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of
from carboy.testing import open_client
from tests.auth.conftest import PASSWORD

LOGIN, STEP, SESSIONS = "/account/login", "/account/second-step", "/account/sessions"
JSON = {"Accept": "application/json"}


def set_up(site, user):
    with site.app.test_request_context():
        factor = make_factor(auth_state.of(site.app))
        secret = make_secret()
        now = step_of(site.now)
        assert factor.totp.set_up(user.get_id(), secret, make_code(secret, now - 1))
        codes = factor.recovery_codes.create(user.get_id())
        site.db.session.commit()
    return codes


def log_in(client, email="ada@example.com"):
    data = {"login": email, "password": PASSWORD}
    return client.post(LOGIN, data=data).location


def trust(client, codes, email="ada@example.com"):
    assert log_in(client, email).startswith(STEP)
    data = {"code": codes.pop(), "trust": "y"}
    assert client.post(STEP, data=data).status_code == 303
    client.post("/account/logout")


@pytest.fixture
def codes(site):
    return set_up(site, site.add())


def find_cookie(client):
    found = [each for each in client._cookies.values() if "trusted" in each.key]
    return found[0] if found else None


def test_a_trusted_browser_is_asked_for_the_password_alone(client, codes):
    trust(client, codes)

    assert log_in(client) == "/"
    assert client.get("/private").text == "private"
    cookie = find_cookie(client)
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")


def test_another_browser_and_an_untrusted_one_are_asked(site, client, codes):
    log_in(client)
    client.post(STEP, data={"code": codes.pop()})
    client.post("/account/logout")
    assert log_in(client).startswith(STEP)

    trust(client, codes)
    with open_client(site.app) as other:
        assert log_in(other).startswith(STEP)


def test_two_people_may_trust_the_same_browser(site, client, codes):
    eve = set_up(site, site.add("eve@example.com"))
    trust(client, codes)
    assert log_in(client, "eve@example.com").startswith(STEP)
    trust(client, eve, "eve@example.com")

    assert log_in(client) == "/"


def test_the_password_ends_the_trust(site, client, codes):
    trust(client, codes)
    log_in(client)
    new = PASSWORD[::-1]
    data = {"current": PASSWORD, "password": new}
    assert client.post("/account/password", data=data).status_code == 303
    assert client.get(SESSIONS, headers=JSON).json["trusted_browsers"] == []
    client.post("/account/logout")

    data = {"login": "ada@example.com", "password": new}
    assert client.post(LOGIN, data=data).location.startswith(STEP)


def test_a_browser_is_listed_and_not_trusted_any_more(site, client, codes):
    trust(client, codes)
    log_in(client)
    (listed,) = client.get(SESSIONS, headers=JSON).json["trusted_browsers"]
    assert "Trusted browsers" in client.get(SESSIONS).text
    url = f"{SESSIONS}/browsers/{listed['id']}/end"
    with open_client(site.app) as eve:
        eve.login(site.add("eve@example.com"))
        eve.post(url)
    assert client.get(SESSIONS, headers=JSON).json["trusted_browsers"] == [listed]

    client.post(url)

    client.post("/account/logout")
    assert log_in(client).startswith(STEP)


def test_trust_opens_no_page_that_changes_factors(client, codes):
    trust(client, codes)
    log_in(client)

    assert "/reauthenticate" in client.get("/account/passkeys/options").location
    data = {"password": PASSWORD, "code": codes.pop()}
    wrong = client.post("/account/reauthenticate", data=data | {"code": "x"})
    assert wrong.status_code == 422
    assert client.post("/account/reauthenticate", data=data).status_code == 303
    assert client.get("/account/passkeys/options").status_code == 200


def test_trust_can_be_off(make_site):
    site = make_site(AUTH_TRUSTED_BROWSER_DAYS=0)
    codes = set_up(site, site.add())
    with open_client(site.app) as client:
        log_in(client)
        assert "trust" not in client.get(STEP).text
        client.post(STEP, data={"code": codes.pop(), "trust": "y"})

        assert find_cookie(client) is None
