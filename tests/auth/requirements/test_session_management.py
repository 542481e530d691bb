"""Lines of OWASP ASVS 5, chapter 7, that no other test is about."""

from collections.abc import Callable

import pytest

from carboy.sessions.settings import SessionSettings
from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site
from tests.auth.museum.steps import ADA, LOGIN, is_logged_in, log_in

KINDS = ["cookie", "memory", "filesystem"]


@pytest.fixture(params=KINDS)
def any_site(request: pytest.FixtureRequest, make_site: Callable[..., Site]) -> Site:
    return make_site(SESSION_TYPE=request.param)


def test_an_id_of_a_session_has_256_random_bits(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(SESSION_TYPE="memory")
    site.add()
    seen = set()
    for _ in range(5):
        with open_client(site.app) as client:
            log_in(client)
            cookie = client.get_cookie("session")
            assert cookie is not None
            seen.add(cookie.value)

    assert SessionSettings().id_length == 32
    assert len(seen) == 5
    assert min(map(len, seen)) >= 43


def test_an_id_that_the_site_has_not_made_is_no_session(any_site: Site) -> None:
    any_site.add()
    with open_client(any_site.app) as client:
        client.set_cookie("session", "a" * 43)
        log_in(client)
        cookie = client.get_cookie("session")

        assert cookie is not None
        assert cookie.value != "a" * 43


def test_sessions_end_after_half_a_day_without_use_and_after_two_weeks() -> None:
    settings = SessionSettings()

    assert (settings.idle, settings.absolute) == (12 * 3600, 14 * 86_400)


def test_the_pages_of_the_account_have_a_button_to_log_out(
    site: Site, client: Client
) -> None:
    client.login(site.add())

    text = client.get("/account/").text

    assert 'action="/account/logout"' in text
    assert "Log out" in text


def test_a_person_ends_one_session_or_all_others(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(SESSION_TYPE="memory")
    site.add()
    with open_client(site.app) as client, open_client(site.app) as other:
        log_in(other)
        log_in(client)
        sessions = client.get_json("/account/sessions")["sessions"]
        (handle,) = [s["handle"] for s in sessions if not s["is_current"]]

        client.post(f"/account/sessions/{handle}/end")

        assert not is_logged_in(other)
        assert is_logged_in(client)


@pytest.mark.parametrize("page", ["others", "x/end"])
def test_ending_sessions_needs_a_fresh_login(
    site: Site, client: Client, page: str
) -> None:
    site.add()
    log_in(client, remember="y")
    client.delete_cookie("session")
    assert is_logged_in(client)

    answer = client.post(f"/account/sessions/{page}")

    assert answer.location == "/account/reauthenticate"


def test_an_operator_ends_all_sessions_of_a_person(any_site: Site) -> None:
    any_site.add()
    with open_client(any_site.app) as client:
        log_in(client, remember="y")
        runner = any_site.app.test_cli_runner()

        done = runner.invoke(args=["users", "sessions", "ada@example.com", "--end"])

        assert done.exit_code == 0, done.output
        assert not is_logged_in(client)


@pytest.mark.parametrize("page", ["email", "delete", "export", "two-step"])
def test_what_matters_needs_a_fresh_login(
    site: Site, client: Client, page: str
) -> None:
    site.add()
    log_in(client, remember="y")
    client.delete_cookie("session")

    answer = client.get(f"/account/{page}")

    assert answer.location.startswith("/account/reauthenticate")


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(SESSION_TYPE="memory")
    site.add()
    data = {"login": ADA, "password": PASSWORD, "remember": "y"}
    with open_client(site.app) as client:
        answer = client.post(LOGIN, data=data, base_url="https://localhost")

    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" in cookie
