"""A required second factor is set up at the next login, with no way around it."""

import re
from collections.abc import Callable, Iterator

import pytest

from carboy.auth.second_factors.totp_codes import make_code, step_of
from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site
from tests.auth.museum.steps import ADA, log_in, set_up_app
from tests.auth.museum.test_required_factor import read_secret

PAGE, STEP = "/account/second-step/set-up", "/account/second-step"
JSON = {"Accept": "application/json"}


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(AUTH_SECOND_FACTOR_FOR=["*"])


@pytest.fixture
def client(site: Site) -> Iterator[Client]:
    with open_client(site.app) as opened:
        yield opened


def _code(site: Site, secret: str, offset: int = 0) -> str:
    return make_code(secret, step_of(site.now) + offset)


def _is_in(client: Client) -> bool:
    return client.get("/private").text == "private"


def test_a_login_waits_until_the_factor_is_set_up(site: Site, client: Client) -> None:
    site.add()
    step = log_in(client, next="/private", remember="y").location
    assert step.startswith(PAGE)
    assert not _is_in(client)
    page = client.get(step)
    assert "<svg" in page.text
    assert client.post(step, data={"code": "000000"}).status_code == 422
    assert not _is_in(client)

    shown = client.post(step, data={"code": _code(site, read_secret(page))})

    assert len(re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}\b", shown.text)) == 10
    assert 'href="/private"' in shown.text
    assert _is_in(client)
    assert client.get_cookie("remember_token") is not None
    assert site.outbox.sent[-1]["name"] == "auth_two_step_changed"
    # From now on the login asks for it.
    client.post("/account/logout")
    assert log_in(client).location.startswith(f"{STEP}?")
    used = _code(site, read_secret(page))
    assert client.post(STEP, data={"code": used}).status_code == 422
    assert client.post(STEP, data={"code": _code(site, read_secret(page), 1)})
    assert _is_in(client)


def test_a_program_sets_it_up_too(site: Site, client: Client) -> None:
    site.add()
    sent = client.post("/account/login", json={"login": ADA, "password": PASSWORD})
    assert sent.json["second_step"] is True
    secret = client.get(sent.json["next"], headers=JSON).json["secret"]

    done = client.post(PAGE, json={"code": _code(site, secret)})

    assert len(done.json["codes"]) == 10
    assert _is_in(client)


def test_the_page_is_for_a_login_that_waits_for_it(site: Site, client: Client) -> None:
    assert client.get(PAGE).location.startswith("/account/login")
    assert client.get(PAGE, headers=JSON).status_code == 401
    user = site.add()
    secret = set_up_app(site, user, now=site.now)

    log_in(client)

    # It has a factor: another one cannot be set up before that was shown.
    assert client.get(PAGE).location.startswith("/account/login")
    assert client.post(PAGE, data={"code": "1"}).status_code == 303
    assert client.post(STEP, data={"code": _code(site, secret)}).status_code == 303
    assert _is_in(client)


def test_a_waiting_login_has_no_other_page(site: Site, client: Client) -> None:
    site.add()
    log_in(client)

    for path in ("", "sessions", "two-step", "export", "passkeys", "reauthenticate"):
        answer = client.get(f"/account/{path}".replace("//", "/"))
        assert answer.location.startswith("/account/login"), path
    # No code completes it: it has none.
    assert client.post(STEP, data={"code": "x"}).location.startswith("/account/login")
    assert not _is_in(client)


def test_guesses_are_limited(site: Site, client: Client) -> None:
    site.add()
    log_in(client)
    secret = read_secret(client.get(PAGE))
    seen = [client.post(PAGE, data={"code": "x"}).status_code for _ in range(6)]

    assert seen == [422] * 5 + [429]
    right = client.post(PAGE, data={"code": _code(site, secret)})
    assert right.status_code == 429


def test_an_unconfirmed_address_sets_nothing_up(make_site: Callable[..., Site]) -> None:
    site = make_site(AUTH_SECOND_FACTOR_FOR=["*"], AUTH_CONFIRM_EMAIL=False)
    site.add(email_confirmed_at=None)
    with open_client(site.app) as client:
        assert "Confirm your address" in log_in(client).text
        assert client.get(PAGE).status_code == 303
        assert not _is_in(client)


def test_who_registers_sets_it_up(site: Site, client: Client) -> None:
    client.post("/account/register", data={"email": ADA})
    link = site.outbox.sent[-1]["link"]

    assert client.post(link, data={"password": PASSWORD}).location.startswith(PAGE)
    assert not _is_in(client)


def test_only_those_with_the_role_need_one(make_site: Callable[..., Site]) -> None:
    from carboy.auth import define_role  # noqa: PLC0415 - of this test
    from carboy.auth.access import add_role  # noqa: PLC0415 - of this test

    define_role("factor-tester", "x")
    site = make_site(AUTH_SECOND_FACTOR_FOR=["factor-tester"])
    user = site.add()
    with open_client(site.app) as client:
        log_in(client)
        assert _is_in(client)
        with site.app.app_context():
            add_role(site.db.session(), str(user.id), "factor-tester")
            site.db.session.commit()
        # With the next request after the role was given.
        assert not _is_in(client)
        assert log_in(client).location.startswith(PAGE)


def test_the_test_client_logs_in_without_a_factor(site: Site, client: Client) -> None:
    client.login(site.add())

    assert _is_in(client)
