"""Published holes of accounts that somebody prepares with the address of another."""

import time
from typing import Any

from carboy.auth.api_tokens import ApiTokens
from carboy.auth.app_state import auth_state
from carboy.auth.credential_tables import TABLES, prepare
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.social.identities import Identities, Identity
from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site

from .steps import (
    ADA,
    NEW_PASSWORD,
    ask_for_code,
    ask_for_reset,
    is_logged_in,
    log_in,
    set_up_app,
)


def _prepare(site: Site) -> Any:
    """Add an account as a stranger would: with an address that nobody has proven."""
    user = site.add(email_confirmed_at=None)
    set_up_app(site, user, now=site.now)
    with site.app.app_context():
        session, user_id = site.db.session(), str(user.id)
        ApiTokens(session, time.time).create(user_id, "mine", ["*"], lifetime=None)
        Identities(session, time.time).add(user_id, Identity("github", "666"))
        make_factor(auth_state.of(site.app)).recovery_codes.create(user_id)
        session.commit()
    return user


def _count_credentials(site: Site) -> int:
    with site.app.app_context():
        session = prepare(site.db.session())
        return sum(session.query(table).count() for table in TABLES.values())


def test_nothing_is_stored_before_the_address_is_proven(
    site: Site, client: Client
) -> None:
    """CVE-2026-53516 (Better Auth): who registered first kept a way in."""
    client.post("/account/register", data={"email": ADA, "name": "Eve"})

    with site.app.app_context():
        assert site.db.session.query(site.User).count() == 0
    assert log_in(client).status_code == 422


def test_a_code_by_mail_removes_what_a_stranger_has_prepared(
    site: Site, client: Client
) -> None:
    """GHSA-qq9h-g4jm-xgf3 (Better Auth): the stranger's password kept working."""
    user = _prepare(site)
    assert _count_credentials(site) > 0
    code = ask_for_code(site, client)

    answer = client.post("/account/code", data={"code": code})

    assert answer.location == "/"
    assert is_logged_in(client)
    assert _count_credentials(site) == 0
    with site.app.app_context():
        stored = site.db.session.get(site.User, user.id)
        assert stored.password_hash is None
        assert stored.email_confirmed_at is not None
    client.post("/account/logout")
    assert log_in(client).status_code == 422


def test_a_new_password_removes_what_a_stranger_has_prepared(
    site: Site, client: Client
) -> None:
    """django-allauth 64.2.1: the way in of who had made the account remained."""
    _prepare(site)
    link = ask_for_reset(site, client)

    client.post(link, data={"password": NEW_PASSWORD})

    assert _count_credentials(site) == 0
    assert log_in(client, password=NEW_PASSWORD).location == "/"


def test_a_session_of_a_stranger_ends_when_the_address_is_proven(
    make_site: Any,
) -> None:
    """GHSA-qq9h-g4jm-xgf3 (Better Auth): the session of the stranger went on."""
    site = make_site(AUTH_CONFIRM_EMAIL=False)
    site.add(email_confirmed_at=None)
    with open_client(site.app) as stranger, open_client(site.app) as owner:
        log_in(stranger)
        assert is_logged_in(stranger)
        code = ask_for_code(site, owner)

        owner.post("/account/code", data={"code": code})

        assert is_logged_in(owner)
        assert not is_logged_in(stranger)


def test_what_an_owner_has_set_up_stays(site: Site, client: Client) -> None:
    """GHSA-qq9h-g4jm-xgf3 (Better Auth): only what nobody has proven is removed."""
    user = site.add()
    set_up_app(site, user, now=site.now)
    before = _count_credentials(site)
    code = ask_for_code(site, client)

    answer = client.post("/account/code", data={"code": code})

    assert answer.location.startswith("/account/second-step")
    assert _count_credentials(site) == before


def test_who_cannot_prove_the_address_is_refused(site: Site, client: Client) -> None:
    """CVE-2026-53514 (Better Auth): an address counted that nobody had proven."""
    site.add(email_confirmed_at=None)

    assert "Confirm your address" in log_in(client).text
    assert not is_logged_in(client)


def test_a_confirmation_needs_the_password(site: Site, client: Client) -> None:
    """django-allauth 65.12.1: who reads the mail confirmed for whoever had asked."""
    site.add(email_confirmed_at=None)
    log_in(client)
    link = site.outbox.sent[-1]["link"]

    with open_client(site.app) as owner:
        assert owner.post(link, data={"password": "wrong"}).status_code == 422
        assert owner.post(link).status_code == 422
    assert "Confirm your address" in log_in(client).text
    assert client.post(link, data={"password": PASSWORD}).status_code == 303
    assert log_in(client).location == "/"
