"""Who one is, shown again: the password, the second factor, or a passkey."""

import json

import pytest

from carboy.auth import auth_state
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of
from tests.auth.authenticator import Authenticator
from tests.auth.conftest import PASSWORD

PAGE = "/account/reauthenticate"
JSON = {"Accept": "application/json"}


@pytest.fixture
def user(site):
    return site.add()


@pytest.fixture
def ada(client, user):
    client.login(user)
    return client


def make_stale(client):
    with client.session_transaction() as session:
        session["_fresh"] = False
    assert client.get("/fresh").status_code == 302


def add_codes(site, user):
    with site.app.test_request_context():
        factor = make_factor(auth_state.of(site.app))
        secret = make_secret()
        code = make_code(secret, step_of(site.now))
        assert factor.totp.set_up(user.get_id(), secret, code)
        codes = factor.recovery_codes.create(user.get_id())
        site.db.session.commit()
    return codes


def test_the_password_makes_a_login_fresh(ada):
    make_stale(ada)
    assert ada.post(PAGE, data={"password": "wrong"}).status_code == 422

    done = ada.post(PAGE, data={"password": PASSWORD, "next": "/fresh"})

    assert done.location == "/fresh"
    assert ada.get("/fresh").text == "fresh"


def test_a_second_factor_is_asked_for_too(site, ada, user):
    codes = add_codes(site, user)
    make_stale(ada)
    assert ada.get(PAGE, headers=JSON).json["fields"] == ["password", "code", "next"]

    wrong = {"password": PASSWORD, "code": "nonsense"}
    for data in ({"password": PASSWORD}, {"code": codes[0]}, wrong):
        assert ada.post(PAGE, data=data).status_code == 422
    data = {"password": "wrong", "code": codes[0]}
    assert ada.post(PAGE, data=data).status_code == 422
    assert ada.get("/fresh").status_code == 302
    # A wrong password has used no code up.
    data = {"password": PASSWORD, "code": codes[0]}
    assert ada.post(PAGE, data=data).status_code == 303
    assert ada.get("/fresh").text == "fresh"


def test_a_passkey_is_enough(site, ada):
    device = Authenticator("http://localhost")
    challenge = ada.get("/account/passkeys/options").text
    data = {"answer": json.dumps(device.create(challenge))}
    ada.post("/account/passkeys", data=data)
    make_stale(ada)
    assert "Use a passkey" in ada.get(PAGE).text

    challenge = ada.get(f"{PAGE}/passkey/options").text
    answer = json.dumps(device.get(challenge))
    done = ada.post(f"{PAGE}/passkey", data={"answer": answer, "next": "/fresh"})

    assert done.location == "/fresh"
    assert ada.get("/fresh").text == "fresh"
    make_stale(ada)
    again = ada.post(f"{PAGE}/passkey", data={"answer": answer})
    assert again.status_code == 400
    assert ada.get("/fresh").status_code == 302


def test_a_challenge_of_the_login_is_of_no_use_here(ada):
    device = Authenticator("http://localhost")
    challenge = ada.get("/account/passkeys/options").text
    data = {"answer": json.dumps(device.create(challenge))}
    ada.post("/account/passkeys", data=data)
    make_stale(ada)

    challenge = ada.get("/account/login/passkey/options").text
    answer = json.dumps(device.get(challenge))

    assert ada.post(f"{PAGE}/passkey", data={"answer": answer}).status_code == 400
    assert ada.get("/fresh").status_code == 302


def test_without_a_password_other_ways_are_offered(site, ada, user):
    with site.app.app_context():
        site.db.session.get(site.User, user.id).password_hash = None
        site.db.session.commit()
    make_stale(ada)

    page = ada.get(PAGE)

    assert page.status_code == 200
    assert "Log in with a code by mail" in page.text
    assert ada.post(PAGE, data={}).status_code == 200
    assert ada.get("/fresh").status_code == 302
