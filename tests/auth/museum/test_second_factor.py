"""Published holes of second factors: each test fails without its guard."""

import re
import time
from typing import Any

import pytest

from carboy.auth.app_state import auth_state
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors.totp_codes import make_code, step_of
from carboy.testing import Client
from tests.auth.conftest import PASSWORD, Site

NEW_PASSWORD = PASSWORD[::-1]
LOGIN, STEP = "/account/login", "/account/second-step"


@pytest.fixture
def secret(site: Site) -> str:
    """Add a user with an app; its first code was used a step ago."""
    user = site.add()
    with site.app.app_context():
        totp = make_factor(auth_state.of(site.app)).totp
        made = totp.begin(str(user.id))
        assert totp.confirm(str(user.id), _code(made, -1))
        site.db.session.commit()
    return made


def _code(secret: str, offset: int = 0) -> str:
    return make_code(secret, step_of(time.time()) + offset)


def _begin(client: Client, **values: str) -> Any:
    data = {"login": "ada@example.com", "password": PASSWORD, **values}
    return client.post(LOGIN, data=data)


def test_a_pending_login_reaches_no_page_and_the_code_completes_it(
    site: Site, client: Client, secret: str
) -> None:
    step = _begin(client, next="/private", remember="y").location

    assert step.startswith(STEP)
    assert client.get("/private").status_code == 302
    assert client.get("/account/two-step/off").status_code == 302
    answer = client.post(step, data={"code": _code(secret)})
    assert answer.location == "/private"
    assert client.get_cookie("remember_token") is not None
    assert client.get("/private").text == "private"


def test_a_code_is_not_accepted_twice(site: Site, client: Client, secret: str) -> None:
    code = _code(secret)
    _begin(client)
    assert client.post(STEP, data={"code": code}).status_code == 303
    client.post("/account/logout")
    _begin(client)

    assert client.post(STEP, data={"code": code}).status_code == 422
    assert client.get("/private").status_code == 302


def test_a_logout_ends_a_pending_login(site: Site, client: Client, secret: str) -> None:
    _begin(client)
    client.post("/account/logout")

    client.post(STEP, data={"code": _code(secret)})
    assert client.get("/private").status_code == 302


def test_guesses_of_codes_are_limited(site: Site, client: Client, secret: str) -> None:
    _begin(client)
    for _ in range(5):
        assert client.post(STEP, data={"code": "x"}).status_code == 422

    assert client.post(STEP, data={"code": _code(secret)}).status_code == 429


def test_the_next_page_is_never_another_site(
    site: Site, client: Client, secret: str
) -> None:
    _begin(client)
    data = {"code": _code(secret), "next": "https://evil.example/"}

    assert client.post(STEP, data=data).location == "/"


def test_a_code_by_mail_does_not_skip_the_second_factor(
    site: Site, client: Client, secret: str
) -> None:
    client.post("/account/code/request", data={"email": "ada@example.com"})
    code = site.outbox.sent[-1]["code"]

    answer = client.post("/account/code", data={"code": code})
    assert answer.location.startswith(STEP)
    assert client.get("/private").status_code == 302


def test_an_unconfirmed_address_cannot_enrol(site: Site, client: Client) -> None:
    client.login(site.add(email_confirmed_at=None))

    assert client.get("/account/two-step").status_code == 403


def test_enrolment_shows_codes_once_and_each_works_once(
    site: Site, client: Client
) -> None:
    client.login(site.add())
    page = client.get("/account/two-step").text
    (secret,) = re.findall("<code>([A-Z2-7]{32})</code>", page)
    assert "<svg" in page

    shown = client.post("/account/two-step", data={"code": _code(secret)}).text
    codes = re.findall("<code>([0-9A-Z-]{19})</code>", shown)
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
    client.post("/account/forgot", data={"email": "ada@example.com"})
    link = site.outbox.sent[-1]["link"]
    client.post(link, data={"password": NEW_PASSWORD})

    assert client.get("/private").status_code == 302
    answer = _begin(client, password=NEW_PASSWORD)
    assert answer.location.startswith(STEP)
