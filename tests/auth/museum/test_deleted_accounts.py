"""What is left of an account belongs to nobody, also if its number is used again.

Found here rather than published: SQLite gives the number of the last row again.
"""

import time
from typing import Any

import sqlalchemy as sa

from carboy.auth.api_tokens import ApiTokens
from carboy.auth.credential_tables import ROLES, TABLES, prepare
from carboy.testing import Client, open_client
from tests.auth.conftest import Site

from .steps import EVE, is_logged_in, log_in


def _delete(site: Site, client: Client, user: Any) -> None:
    client.login(user)
    client.post("/account/delete", data={"agree": "y"})


def test_the_credentials_of_a_deleted_account_are_deleted(
    site: Site, client: Client
) -> None:
    """CWE-672: the next person with the number had the roles and the tokens."""
    user = site.add()
    with site.app.app_context():
        session = site.db.session()
        tokens = ApiTokens(session, time.time)
        token = tokens.create(str(user.id), "mine", ["*"], lifetime=None)
        session.commit()

    _delete(site, client, user)
    other = site.add(EVE)

    assert other.id == user.id
    with site.app.app_context():
        session = prepare(site.db.session())
        assert sum(session.query(each).count() for each in TABLES.values()) == 0
    header = {"Authorization": f"Bearer {token.text}"}
    assert client.get("/private", headers=header).status_code == 401


def test_the_cookies_of_a_deleted_account_open_no_other(
    site: Site, client: Client
) -> None:
    """CWE-384: a cookie of the old account was a login to the new one."""
    user = site.add()
    with open_client(site.app) as forgotten:
        log_in(forgotten, remember="y")
        assert is_logged_in(forgotten)
        _delete(site, client, user)
        assert site.add(EVE).id == user.id

        assert not is_logged_in(forgotten)
        forgotten.delete_cookie("session")
        assert not is_logged_in(forgotten)


def test_a_user_that_the_site_deletes_leaves_no_credentials(site: Site) -> None:
    """CWE-672, where a view of the site deletes the user."""
    user = site.add()
    with site.app.app_context():
        session = site.db.session()
        tokens = ApiTokens(session, time.time)
        tokens.create(str(user.id), "mine", ["*"], lifetime=None)
        session.execute(sa.insert(ROLES).values(user_id=str(user.id), role="admin"))
        session.commit()
        session.delete(session.get(site.User, user.id))
        session.commit()

        assert sum(session.query(each).count() for each in TABLES.values()) == 0
