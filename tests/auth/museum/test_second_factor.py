"""Published holes of second factors: each test fails without its guard."""

import base64
import re
import time
from typing import Any

import pytest

from carboy.auth.app_state import auth_state
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of
from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site

NEW_PASSWORD = PASSWORD[::-1]
LOGIN, STEP = "/account/login", "/account/second-step"


@pytest.fixture
def secret(site: Site) -> str:
    """Add a user with an app; its first code was used a step ago."""
    user = site.add()
    with site.app.app_context():
        totp = make_factor(auth_state.of(site.app)).totp
        made = make_secret()
        assert totp.set_up(str(user.id), made, _code(site, made, -1))
        site.db.session.commit()
    return made


def _code(site: Site, secret: str, offset: int = 0) -> str:
    return make_code(secret, step_of(site.now) + offset)


def _begin(client: Client, **values: str) -> Any:
    data = {"login": "ada@example.com", "password": PASSWORD, **values}
    return client.post(LOGIN, data=data)


def test_a_pending_login_reaches_no_page_and_the_code_completes_it(
    site: Site, client: Client, secret: str
) -> None:
    """GHSA-xg6x-h9c9-2m83 (Better Auth): the first step was a login for a while."""
    step = _begin(client, next="/private", remember="y").location

    assert step.startswith(STEP)
    assert client.get("/private").status_code == 302
    assert client.get("/account/two-step/off").status_code == 302
    answer = client.post(step, data={"code": _code(site, secret)})
    assert answer.location == "/private"
    assert client.get_cookie("remember_token") is not None
    assert client.get("/private").text == "private"


def test_a_code_is_not_accepted_twice(site: Site, client: Client, secret: str) -> None:
    """CVE-2015-7225, CVE-2021-43177 (devise-two-factor): a code was good for two."""
    code = _code(site, secret)
    _begin(client)
    assert client.post(STEP, data={"code": code}).status_code == 303
    client.post("/account/logout")
    _begin(client)

    assert client.post(STEP, data={"code": code}).status_code == 422
    assert client.get("/private").status_code == 302


def test_a_logout_ends_a_pending_login(site: Site, client: Client, secret: str) -> None:
    """django-allauth 64.1.0: half a login survived the logout."""
    _begin(client)
    client.post("/account/logout")

    client.post(STEP, data={"code": _code(site, secret)})
    assert client.get("/private").status_code == 302


def test_guesses_of_codes_are_limited(site: Site, client: Client, secret: str) -> None:
    """django-allauth 0.58.2: codes could be guessed without a limit."""
    _begin(client)
    for _ in range(5):
        assert client.post(STEP, data={"code": "x"}).status_code == 422

    assert client.post(STEP, data={"code": _code(site, secret)}).status_code == 429


def test_the_next_page_is_never_another_site(
    site: Site, client: Client, secret: str
) -> None:
    """CVE-2023-49438 (Flask-Security-Too), after the second step."""
    _begin(client)
    data = {"code": _code(site, secret), "next": "https://evil.example/"}

    assert client.post(STEP, data=data).location == "/"


def test_a_code_by_mail_does_not_skip_the_second_factor(
    site: Site, client: Client, secret: str
) -> None:
    """django-allauth 0.56.1: a login by another way did not ask for the factor."""
    client.post("/account/code/request", data={"email": "ada@example.com"})
    code = site.outbox.sent[-1]["code"]

    answer = client.post("/account/code", data={"code": code})
    assert answer.location.startswith(STEP)
    assert client.get("/private").status_code == 302


def test_an_unconfirmed_address_cannot_enrol(site: Site, client: Client) -> None:
    """django-allauth 64.2.1: who did not own the address locked its owner out."""
    client.login(site.add(email_confirmed_at=None))

    assert client.get("/account/two-step").status_code == 403


def test_enrolment_shows_codes_once_and_each_works_once(
    site: Site, client: Client
) -> None:
    """ASVS 6.5.1: a recovery code is good for one login."""
    client.login(site.add())
    page = client.get("/account/two-step").text
    (secret,) = re.findall("<code>([A-Z2-7]{32})</code>", page)
    assert "<svg" in page

    shown = client.post("/account/two-step", data={"code": _code(site, secret)}).text
    codes = re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}\b", shown)
    assert len(codes) == 10
    assert site.outbox.sent[-1]["name"] == "auth_two_step_changed"
    client.post("/account/logout")
    _begin(client)
    assert client.post(STEP, data={"code": codes[0]}).status_code == 303
    off = "/account/two-step/off"
    assert client.post(off, data={"code": codes[0]}).status_code == 422
    assert client.post(off, data={"code": codes[1]}).status_code == 303
    client.post("/account/logout")
    assert _begin(client).location == "/"


def test_a_password_reset_does_not_skip_the_second_factor(
    site: Site, client: Client, secret: str
) -> None:
    """ASVS 6.4.3: a new password was a login without the second factor."""
    client.post("/account/forgot", data={"email": "ada@example.com"})
    link = site.outbox.sent[-1]["link"]
    client.post(link, data={"password": NEW_PASSWORD})

    assert client.get("/private").status_code == 302
    answer = _begin(client, password=NEW_PASSWORD)
    assert answer.location.startswith(STEP)


def test_a_code_is_not_accepted_again_in_the_next_step(
    site: Site, client: Client, secret: str
) -> None:
    """CVE-2021-43177 (devise-two-factor): it was, in the interval that follows."""
    _begin(client)
    assert client.post(STEP, data={"code": _code(site, secret, 1)}).status_code == 303
    client.post("/account/logout")
    _begin(client)

    # Of the step before, which the window would accept.
    for offset in (1, 0, -1):
        answer = client.post(STEP, data={"code": _code(site, secret, offset)})
        assert answer.status_code == 422


def test_a_secret_has_160_bits() -> None:
    """CVE-2024-8796 (devise-two-factor): secrets had 120 bits."""
    secrets = {make_secret() for _ in range(50)}

    assert len(secrets) == 50
    assert {len(base64.b32decode(each)) for each in secrets} == {20}


def test_a_pending_login_expires(
    site: Site, client: Client, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """django-allauth 64.1.0: the second step could be done days later."""
    _begin(client)
    later = time.time() + 601
    monkeypatch.setattr("carboy.auth.login.time.time", lambda: later)

    assert client.post(STEP, data={"code": _code(site, secret)}).status_code != 422
    assert client.get("/private").status_code == 302


def test_a_lock_between_the_steps_stops_the_login(
    site: Site, client: Client, secret: str
) -> None:
    """django-allauth 0.56.1: what should stop a login was not asked for."""
    _begin(client)
    with site.app.app_context():
        user = site.db.session.get(site.User, 1)
        user.locked_at = user.registered_at
        site.db.session.commit()

    client.post(STEP, data={"code": _code(site, secret)})
    assert client.get("/private").status_code == 302


def test_a_new_password_between_the_steps_stops_the_login(
    site: Site, client: Client, secret: str
) -> None:
    """GHSA-xg6x-h9c9-2m83 (Better Auth): what the first step knew was kept."""
    _begin(client)
    with site.app.app_context():
        site.db.session.get(site.User, 1).end_sessions()
        site.db.session.commit()

    client.post(STEP, data={"code": _code(site, secret)})
    assert client.get("/private").status_code == 302


def test_no_page_of_the_account_is_for_a_pending_login(
    site: Site, client: Client, secret: str
) -> None:
    """GHSA-xg6x-h9c9-2m83 (Better Auth): passkeys could be added before the code."""
    public = {"login", "logout", "forgot", "register", "code", "code_request"}
    public |= {"second_step", "reset", "confirm", "register_confirm"}
    # A passkey is a login of its own, with both factors.
    public |= {"passkey_login", "passkey_login_options"}
    _begin(client)
    rules = [
        rule
        for rule in site.app.url_map.iter_rules()
        if rule.endpoint.startswith("auth.") and not rule.arguments
    ]
    private = [r for r in rules if r.endpoint.removeprefix("auth.") not in public]

    assert len(private) >= 12
    for rule in private:
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(rule.rule, method=method)
            assert answer.status_code in {302, 303, 401}, rule
            assert answer.status_code == 401 or "/account/login" in answer.location


def test_a_password_alone_does_not_make_a_login_fresh(
    site: Site, client: Client, secret: str
) -> None:
    """ASVS 7.5.1; GHSA-xg6x-h9c9-2m83 (Better Auth): one factor counted for both."""
    _begin(client, remember="y")
    client.post(STEP, data={"code": _code(site, secret)})
    client.delete_cookie("session")
    asked = client.get("/fresh").location
    assert asked.startswith("/account/reauthenticate")

    for code in ({}, {"code": ""}, {"code": "x"}):
        data = {"password": PASSWORD, **code}
        assert client.post(asked, data=data).status_code == 422
    (one, *_rest) = _make_recovery_codes(site)
    # The code alone neither.
    assert client.post(asked, data={"code": one}).status_code == 422
    assert client.get("/fresh").text != "fresh"
    both = {"password": PASSWORD, "code": one}
    assert client.post(asked, data=both).location == "/fresh"
    assert client.get("/fresh").text == "fresh"


def test_no_other_session_has_seen_a_secret(site: Site, client: Client) -> None:
    """CWE-384: a stranger had seen the secret that the owner set up later."""
    site.add()
    seen = []
    with open_client(site.app) as stranger:
        for browser in (stranger, client):
            _begin(browser)
            page = browser.get("/account/two-step").text
            seen += re.findall("<code>([A-Z2-7]{32})</code>", page)

    assert len(seen) == len(set(seen)) == 2
    code = {"code": _code(site, seen[1])}
    assert client.post("/account/two-step", data=code).status_code == 200


@pytest.mark.parametrize("page", ["email", "export", "delete"])
def test_a_trusted_browser_is_no_proof_for_what_matters(
    site: Site, client: Client, secret: str, page: str
) -> None:
    """ASVS 7.5.1: the password alone changed an account with a second factor."""
    _begin(client)
    client.post(STEP, data={"code": _code(site, secret), "trust": "y"})
    client.post("/account/logout")
    assert _begin(client).location == "/"
    assert client.get("/private").text == "private"

    answer = client.get(f"/account/{page}")
    assert "/account/reauthenticate" in answer.headers.get("Location", "")


def _make_recovery_codes(site: Site) -> list[str]:
    with site.app.app_context():
        factor = make_factor(auth_state.of(site.app))
        codes = factor.recovery_codes.create("1")
        site.db.session.commit()
    return codes
