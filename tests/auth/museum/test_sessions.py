"""Published holes of sessions: fixation, ends, and what a token may do."""

import time
from collections.abc import Callable

import pytest

from carboy.auth.api_tokens import ApiTokens
from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site

from .steps import (
    ADA,
    EVE,
    NEW_PASSWORD,
    STEP,
    ask_for_reset,
    is_logged_in,
    log_in,
    set_up_app,
)

KINDS = [None, "cookie", "memory", "filesystem", "sqlalchemy"]


@pytest.fixture(params=KINDS, ids=str)
def any_site(request: pytest.FixtureRequest, make_site: Callable[..., Site]) -> Site:
    if request.param is None:
        return make_site()
    return make_site(SESSION_TYPE=request.param)


@pytest.fixture
def stored_site(make_site: Callable[..., Site]) -> Site:
    return make_site(SESSION_TYPE="memory")


def _cookie(client: Client, name: str = "session") -> str:
    cookie = client.get_cookie(name)
    assert cookie is not None
    return cookie.value


def _copy(client: Client, to: Client) -> None:
    for cookie in client._cookies.values():
        to.set_cookie(cookie.key, cookie.value)


def test_a_copy_of_the_cookies_ends_with_the_logout(any_site: Site) -> None:
    """ASVS 7.4.1; Flask's own cookies stay valid for a month."""
    any_site.add()
    with open_client(any_site.app) as client, open_client(any_site.app) as thief:
        log_in(client)
        _copy(client, thief)
        assert is_logged_in(thief)

        client.post("/account/logout")

        assert not is_logged_in(thief)


def test_a_login_changes_the_id_of_the_session(stored_site: Site) -> None:
    """ASVS 7.2.4, Flask-Session #27: a planted session became a login."""
    stored_site.add()
    with open_client(stored_site.app) as victim, open_client(stored_site.app) as eve:
        with eve.session_transaction() as session:
            session["seen"] = 1
        planted = _cookie(eve)
        victim.set_cookie("session", planted)

        log_in(victim)

        assert _cookie(victim) != planted
        assert not is_logged_in(eve)


def test_the_first_step_changes_the_id_of_the_session(stored_site: Site) -> None:
    """GHSA-4qvm-r4pr-v3wg (Better Auth for Convex): it had rights already."""
    set_up_app(stored_site, stored_site.add(), now=stored_site.now)
    with open_client(stored_site.app) as victim:
        with victim.session_transaction() as session:
            session["seen"] = 1
        before = _cookie(victim)

        log_in(victim)

        assert _cookie(victim) != before


def test_a_login_that_is_confirmed_changes_the_id(stored_site: Site) -> None:
    """ASVS 7.2.4: a session whose rights rise gets another id."""
    stored_site.add()
    with open_client(stored_site.app) as client:
        log_in(client)
        before = _cookie(client)

        client.post("/account/reauthenticate", data={"password": PASSWORD})

        assert _cookie(client) != before


@pytest.mark.parametrize("how", ["reset", "change", "lock", "everywhere"])
def test_other_sessions_end_with_what_protects_them(any_site: Site, how: str) -> None:
    """ASVS 7.4.2 and 7.4.3; CVE-2025-65430 (django-allauth)."""
    user = any_site.add()
    with open_client(any_site.app) as client, open_client(any_site.app) as other:
        log_in(other, remember="y")
        log_in(client)
        if how == "reset":
            link = ask_for_reset(any_site, client)
            client.post(link, data={"password": NEW_PASSWORD})
        elif how == "change":
            data = {"current": PASSWORD, "password": NEW_PASSWORD}
            client.post("/account/password", data=data)
        elif how == "lock":
            with any_site.app.app_context():
                stored = any_site.db.session.get(any_site.User, user.id)
                stored.locked_at = stored.registered_at
                any_site.db.session.commit()
        else:
            client.post("/account/sessions/others")

        assert not is_logged_in(other)
        assert is_logged_in(client) is (how in {"change", "everywhere"})


def test_nothing_of_somebody_else_is_in_a_session(stored_site: Site) -> None:
    """CWE-488: the next person at a browser found the basket of the one before."""
    stored_site.add()
    stored_site.add(EVE)
    with open_client(stored_site.app) as client:
        log_in(client, EVE)
        with client.session_transaction() as session:
            session["basket"] = "of eve"
        log_in(client, ADA)

        with client.session_transaction() as session:
            assert "basket" not in session


def test_nothing_of_somebody_else_survives_a_second_step(stored_site: Site) -> None:
    """CWE-488, where the login needs a second step."""
    set_up_app(stored_site, stored_site.add(), now=stored_site.now)
    stored_site.add(EVE)
    with open_client(stored_site.app) as client:
        log_in(client, EVE)
        with client.session_transaction() as session:
            session["basket"] = "of eve"
        assert log_in(client, ADA).location.startswith(STEP)

        with client.session_transaction() as session:
            assert "basket" not in session


def test_a_forged_header_is_no_other_browser(site: Site, client: Client) -> None:
    """Flask-Login: X-Forwarded-For counted as the address of a session."""
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "10.0.0.1"
    site.add()
    log_in(client)
    with open_client(site.app) as thief:
        thief.environ_base["REMOTE_ADDR"] = "10.6.6.6"
        thief.environ_base["HTTP_X_FORWARDED_FOR"] = "10.0.0.1"
        _copy(client, thief)

        assert thief.get("/fresh").location.startswith("/account/reauthenticate")
        assert client.get("/fresh").text == "fresh"


def test_another_site_logs_nobody_in_or_out(site: Site, client: Client) -> None:
    """CVE-2021-21241 (Flask-Security-Too): a login took requests of other sites."""
    site.add()
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    data = {"login": ADA, "password": PASSWORD}

    assert client.post("/account/login", data=data, headers=headers).status_code == 400
    assert client.post("/account/login", json=data, headers=headers).status_code == 400
    log_in(client)
    client.post("/account/logout", headers=headers)

    assert is_logged_in(client)


def _make_token(site: Site, user_id: int, *scopes: str) -> dict[str, str]:
    with site.app.app_context():
        tokens = ApiTokens(site.db.session(), time.time)
        new = tokens.create(str(user_id), "mine", scopes, lifetime=None)
        site.db.session.commit()
    return {"Authorization": f"Bearer {new.text}"}


def test_a_token_is_not_fresh_by_the_session_of_another(
    site: Site, client: Client
) -> None:
    """CVE-2025-61928 (Better Auth): a request had two users, and the wrong one won."""
    headers = _make_token(site, site.add().id, "*")
    site.add(EVE)
    log_in(client, EVE)
    assert client.get("/fresh").text == "fresh"

    answer = client.get("/fresh", headers=headers)

    assert answer.text != "fresh"
    assert client.get("/account/export", headers=headers).status_code != 200


def test_a_token_with_a_scope_reaches_no_other_view(site: Site, client: Client) -> None:
    """CVE-2025-61928 (Better Auth): the limits of a key were not asked for."""
    headers = _make_token(site, site.add().id, "posts.read")

    assert client.get("/private", headers=headers).status_code == 403
    log_in(client)
    assert client.get("/private", headers=headers).status_code == 403


def test_a_token_of_a_locked_account_is_refused(site: Site, client: Client) -> None:
    """CVE-2025-65430 (django-allauth): tokens outlived the lock of their user."""
    user = site.add()
    headers = _make_token(site, user.id, "*")
    assert client.get("/private", headers=headers).text == "private"
    with site.app.app_context():
        stored = site.db.session.get(site.User, user.id)
        stored.locked_at = stored.registered_at
        site.db.session.commit()

    assert client.get("/private", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Bearer \x7f", "bearer a.b.c", "Bearer " + "x" * 999]
)
def test_a_damaged_token_is_a_refusal(site: Site, client: Client, value: str) -> None:
    """GHSA-xmf8-cvqr-rfgj (Auth.js): a damaged header was an error of the server."""
    site.add()
    log_in(client)

    answer = client.get("/private", headers={"Authorization": value})

    assert answer.status_code == 401


@pytest.mark.parametrize("value", ["x", "x.y.z", "\u00e9", "." * 50, '"', "e30.e30."])
def test_a_damaged_cookie_is_no_login(site: Site, client: Client, value: str) -> None:
    """GHSA-8fpg-xm3f-6cx3 (Auth.js): an error looked like somebody who is there."""
    site.add()
    for name in ("session", "remember_token"):
        client.set_cookie(name, value)

        assert client.get("/private").status_code == 302
        client.delete_cookie(name)


def test_secrets_are_in_no_repr(site: Site) -> None:
    """django-allauth 0.63.4: the text of a token was in its repr."""
    user = site.add()
    with site.app.app_context():
        tokens = ApiTokens(site.db.session(), time.time)
        new = tokens.create(str(user.id), "mine", ["*"], lifetime=None)
        stored = site.db.session.get(site.User, user.id)
        shown = f"{new!r} {new} {stored!r} {stored}"

        assert new.text not in shown
        assert stored.password_hash not in shown


def test_fields_that_no_form_has_change_nothing(site: Site, client: Client) -> None:
    """ASVS 15.3.3: of what is sent, only what is asked for is stored."""
    user = site.add()
    log_in(client)
    extra = {
        "id": "99",
        "email": EVE,
        "auth_epoch": "7",
        "password_hash": "x",
        "locked_at": "2020-01-01",
        "email_confirmed_at": "",
        "registered_at": "2020-01-01",
        "is_admin": "1",
        "roles": "admin",
    }
    with site.app.app_context():
        before = site.db.session.get(site.User, user.id)
        values = {c.key: getattr(before, c.key) for c in site.User.__table__.columns}

    client.post("/account/profile", data={"name": "Ada", **extra})
    client.post("/account/profile", json={"name": "Ada", **extra})
    client.post("/account/register", data={**extra, "email": EVE})

    with site.app.app_context():
        stored = site.db.session.get(site.User, user.id)
        changed = {
            key: getattr(stored, key)
            for key, value in values.items()
            if getattr(stored, key) != value
        }
        assert changed == {"name": "Ada"}
