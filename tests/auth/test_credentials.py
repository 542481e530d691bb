"""What belongs to a user is exported without secrets, and deleted whole."""

import json

import sqlalchemy as sa

from carboy.auth import auth_state, define_role
from carboy.auth.access.roles import add_role
from carboy.auth.credential_tables import METADATA, delete_credentials, prepare
from carboy.auth.credentials import export_credentials
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors import TrustedBrowsers
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of
from carboy.testing import open_client

define_role("credentials-tester", "nothing")


def fill(site, user_id):
    state = auth_state.of(site.app)
    session = state.db.session()
    add_role(session, user_id, "credentials-tester")
    factor = make_factor(state)
    secret = make_secret()
    code = make_code(secret, step_of(site.now))
    assert factor.totp.set_up(user_id, secret, code)
    secrets = [secret, *factor.recovery_codes.create(user_id)]
    browsers = TrustedBrowsers(session, lambda: 1.0)
    secrets.append(browsers.trust(user_id, "Firefox", days=1))
    session.commit()
    return session, secrets


def test_every_table_is_exported_without_what_is_secret(site):
    with site.app.test_request_context():
        session, secrets = fill(site, "1")
        exported = export_credentials(session, "1")

    assert {f"carboy_auth_{name}" for name in exported} == set(METADATA.tables)
    assert exported["role"] == [{"role": "credentials-tester"}]
    assert [each["label"] for each in exported["trusted_browser"]] == ["Firefox"]
    text = json.dumps(exported)
    assert not any(secret in text for secret in secrets)
    assert "digest" not in text


def test_what_others_have_stays(site):
    with site.app.test_request_context():
        fill(site, "1")
        session, _ = fill(site, "2")
        delete_credentials(session, "1")
        session.commit()

        assert count(session, "1") == 1, "roles stay"
        assert count(session, "2") == 13


def test_the_next_user_with_the_same_id_inherits_nothing(site):
    with site.app.test_request_context():
        user = site.add()
        user_id = user.get_id()
        session, _ = fill(site, user_id)
    with open_client(site.app) as client:
        client.login(user)
        with client.session_transaction() as cookies:
            cookies["_auth_methods"] = ["password", "totp"]
        assert client.post("/account/delete", data={"agree": "y"}).status_code == 303

    with site.app.test_request_context():
        session = auth_state.of(site.app).db.session()
        assert count(session, user_id) == 0


def count(session, user_id):
    total = 0
    for table in METADATA.sorted_tables:
        query = sa.select(sa.func.count()).where(table.c.user_id == user_id)
        total += prepare(session).execute(query).scalar_one()
    return total
