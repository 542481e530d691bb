"""The page of the second step of a login."""

import pytest

from carboy.auth import auth_state
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of
from tests.auth.conftest import PASSWORD

LOGIN, STEP = "/account/login", "/account/second-step"
JSON = {"Accept": "application/json"}


@pytest.fixture
def secret(site):
    user = site.add()
    with site.app.test_request_context():
        factor = make_factor(auth_state.of(site.app))
        secret = make_secret()
        now = step_of(site.now)
        assert factor.totp.set_up(user.get_id(), secret, make_code(secret, now - 1))
        site.db.session.commit()
    return secret


def log_in(client, **options):
    data = {"login": "ada@example.com", "password": PASSWORD, "next": "/open"}
    return client.post(LOGIN, data=data, **options)


def test_without_a_first_step_the_page_leads_to_the_login(client):
    answer = client.get(STEP)
    assert answer.status_code == 303
    assert answer.location.startswith(LOGIN)
    assert client.get(STEP, headers=JSON).status_code == 401


def test_a_code_completes_the_login_and_leads_on(site, client, secret):
    assert STEP in log_in(client).location
    assert client.get("/private").status_code == 302
    code = make_code(secret, step_of(site.now))
    answer = client.post(STEP, data={"code": code, "next": "/open"})
    assert (answer.status_code, answer.location) == (303, "/open")
    assert client.get("/private").text == "private"


def test_a_wrong_code_is_an_error_of_the_form(client, secret):
    log_in(client)
    answer = client.post(STEP, data={"code": "nonsense"})
    assert answer.status_code >= 400
    assert "The code is wrong or was used already." in answer.text
    assert client.get("/private").status_code == 302


def test_programs_get_json(client, secret):
    log_in(client)
    assert client.get(STEP, headers=JSON).json["fields"]
    answer = client.post(STEP, data={"code": "x"}, headers=JSON)
    assert "errors" in answer.json
