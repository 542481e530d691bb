"""Holes of logins that a browser remembers."""

from collections.abc import Callable

import pytest

from carboy.testing import Client, open_client
from tests.auth.conftest import Site

from .steps import EVE, is_logged_in, log_in

COOKIE = "remember_token"


def _copy_cookie(client: Client, name: str) -> str:
    cookie = client.get_cookie(name)
    assert cookie is not None
    return str(cookie.value)


@pytest.fixture(params=[None, "cookie", "memory"])
def any_site(request: pytest.FixtureRequest, make_site: Callable[..., Site]) -> Site:
    return make_site(**({"SESSION_TYPE": request.param} if request.param else {}))


def test_a_remembered_login_ends_with_the_logout(any_site: Site) -> None:
    """ASVS 7.4.1 (Flask-Login has no answer): a copy of the cookie went on."""
    any_site.add()
    with open_client(any_site.app) as client, open_client(any_site.app) as thief:
        log_in(client, remember="y")
        thief.set_cookie(COOKIE, _copy_cookie(client, COOKIE))
        assert is_logged_in(thief)
        thief.delete_cookie("session")

        client.post("/account/logout")

        assert not is_logged_in(thief)


def test_a_remembered_login_changes_the_id_of_the_session(
    make_site: Callable[..., Site],
) -> None:
    """ASVS 7.2.4 (Flask-Login): a session that a stranger knew became a login."""
    site = make_site(SESSION_TYPE="memory")
    site.add()
    with open_client(site.app) as victim, open_client(site.app) as stranger:
        log_in(victim, remember="y")
        with stranger.session_transaction() as session:
            session["seen"] = 1
        planted = _copy_cookie(stranger, "session")
        victim.set_cookie("session", planted)
        assert is_logged_in(victim)

        assert _copy_cookie(victim, "session") != planted
        assert not is_logged_in(stranger)


def test_a_remembered_login_takes_nothing_of_somebody_else(
    make_site: Callable[..., Site],
) -> None:
    """CWE-488: the session of somebody whose login had ended was continued."""
    site = make_site(SESSION_TYPE="memory")
    site.add()
    other = site.add(EVE)
    with open_client(site.app) as client:
        log_in(client, remember="y")
        with client.session_transaction() as session:
            session.clear()
            session["_user_id"], session["_auth_epoch"] = str(other.id), -1
            session["basket"] = "of somebody else"
        assert is_logged_in(client)

        with client.session_transaction() as session:
            assert "basket" not in session


def test_a_remembered_login_has_no_value_for_another_purpose(
    site: Site, client: Client
) -> None:
    """CVE-2023-48309 (Auth.js): a signed text of one purpose was a login."""
    site.add()
    client.post("/account/forgot", data={"email": "ada@example.com"})
    token = site.outbox.sent[-1]["link"].rpartition("/")[2]

    client.set_cookie(COOKIE, token)
    assert not is_logged_in(client)
    client.delete_cookie(COOKIE)
    client.set_cookie("session", token)
    assert not is_logged_in(client)
