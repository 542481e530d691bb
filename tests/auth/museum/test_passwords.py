"""Published holes of passwords."""

import pytest

from carboy.testing import Client
from tests.auth.conftest import PASSWORD, Site

from .steps import ADA, LOGIN, log_in


@pytest.mark.parametrize("stored", [None, "", "!", "x", "$argon2id$", "plain"])
@pytest.mark.parametrize("typed", ["", " ", "!", "None", "x", "plain"])
def test_an_account_without_a_password_has_no_empty_one(
    site: Site, client: Client, stored: str | None, typed: str
) -> None:
    """django-allauth 65.11.1: an optional password was stored as an empty one."""
    user = site.add(password=None)
    with site.app.app_context():
        site.db.session.get(site.User, user.id).password_hash = stored
        site.db.session.commit()

    answer = client.post(LOGIN, data={"login": ADA, "password": typed})

    assert answer.status_code == 422


def test_a_password_is_not_shortened(site: Site, client: Client) -> None:
    """ASVS 6.2.8: bcrypt ignores what follows the 72nd byte (Flask-Security)."""
    long = "a long sentence that has no end, as it is repeated: " * 3
    site.add(password=long + "x")

    assert log_in(client, password=long + "y").status_code == 422
    assert log_in(client, password=long + "x").status_code == 303


def test_a_hash_is_no_password(site: Site, client: Client) -> None:
    """CWE-836: who has read the database does not log in with what is there."""
    user = site.add()
    with site.app.app_context():
        stored = site.db.session.get(site.User, user.id).password_hash

    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored
    assert log_in(client, password=stored).status_code == 422


def test_the_current_password_is_asked_for(site: Site, client: Client) -> None:
    """django-allauth 0.34: a stolen session set another password."""
    site.add()
    log_in(client)
    new = {"password": PASSWORD[::-1]}

    assert client.post("/account/password", data=new).status_code == 422
    wrong = {**new, "current": "wrong"}
    assert client.post("/account/password", data=wrong).status_code == 422
    client.post("/account/logout")
    assert log_in(client).status_code == 303
