"""The code of a mini program is exchanged for a token that ends with the sessions."""

import dataclasses

import pytest

from carboy.auth import auth_state
from carboy.auth.pages import route_table
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of
from carboy.testing import open_client
from carboy.testing.identity_provider import CLIENT_ID, CLIENT_SECRET
from tests.auth.conftest import PASSWORD
from tests.auth.pages.visitor import JSON

PAGE = "/account/social/wechat/mini-program"


@pytest.fixture
def site(make_site, providers, server, monkeypatch):
    """A site whose mini program asks the provider of the tests."""
    make = route_table.make_mini_program

    def make_local(settings):
        program = make(settings)
        url = server.url
        return program and dataclasses.replace(program, base_url=url, api_url=url)

    monkeypatch.setattr(route_table, "make_mini_program", make_local)
    keys = dict(zip(("ID", "SECRET"), (CLIENT_ID, CLIENT_SECRET), strict=True))
    mini = {f"AUTH_SOCIAL_WECHAT_MINI_{name}": value for name, value in keys.items()}
    return make_site(providers=providers, **mini)


@pytest.fixture
def ada(site, visitor, server):
    """A user who has linked WeChat on the web page."""
    server.person.unionid = "u"
    user = site.add()
    visitor.client.login(user)
    visitor.link("wechat")
    server.person.subject = "openid-of-the-mini-program"
    return user


def send(site, **body):
    with open_client(site.app) as phone:
        return phone.post(PAGE, json=body)


def use(site, token):
    with open_client(site.app) as phone:
        headers = {"Authorization": f"Bearer {token}", **JSON}
        return phone.get("/private", headers=headers).status_code


def test_a_linked_person_gets_a_token(site, server, ada):
    answer = send(site, code=server.make_mini_program_code())

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert use(site, answer.json["token"]) == 200


def test_a_new_login_ends_the_token_before(site, server, ada):
    first = send(site, code=server.make_mini_program_code()).json["token"]
    second = send(site, code=server.make_mini_program_code()).json["token"]

    assert (use(site, first), use(site, second)) == (401, 200)


def test_a_new_password_ends_the_token(site, server, ada, visitor):
    token = send(site, code=server.make_mini_program_code()).json["token"]
    data = {"current": PASSWORD, "password": PASSWORD[::-1]}
    assert visitor.client.post("/account/password", data=data).status_code == 303

    assert use(site, token) == 401


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": 1}, {"code": "unknown"}])
def test_a_code_that_is_none_is_refused(site, ada, body):
    answer = send(site, **body)

    assert answer.status_code == 400
    assert answer.json["errors"]
    with open_client(site.app) as phone:
        assert phone.post(PAGE, json=["code"]).status_code == 400


def test_a_code_works_once(site, server, ada):
    code = server.make_mini_program_code()

    assert send(site, code=code).status_code == 200
    assert send(site, code=code).status_code == 400


def test_somebody_unknown_is_told_where_to_link(site, server):
    answer = send(site, code=server.make_mini_program_code())

    assert answer.status_code == 400
    assert "Link it on the web page" in answer.json["errors"][""][0]


def test_a_locked_account_gets_no_token(site, server, ada):
    with site.app.app_context():
        user = site.db.session.get(site.User, ada.id)
        user.locked_at = user.registered_at
        site.db.session.commit()

    assert send(site, code=server.make_mini_program_code()).status_code == 400


def test_a_provider_that_is_down_answers_503(site, server, ada):
    code = server.make_mini_program_code()
    server.faults.add("down")

    assert send(site, code=code).status_code == 503


def test_codes_are_limited(site):
    statuses = [send(site, code="x").status_code for _ in range(11)]

    assert statuses == [400] * 10 + [429]


def test_an_account_with_a_second_factor_gets_no_token(site, server, ada):
    with site.app.test_request_context():
        factor = make_factor(auth_state.of(site.app))
        secret = make_secret()
        code = make_code(secret, step_of(site.now))
        assert factor.totp.set_up(ada.get_id(), secret, code)
        site.db.session.commit()

    answer = send(site, code=server.make_mini_program_code())

    assert answer.status_code == 400
    assert "token" not in answer.json


def test_an_unconfirmed_account_gets_no_token(site, server, ada):
    with site.app.app_context():
        site.db.session.get(site.User, ada.id).email_confirmed_at = None
        site.db.session.commit()

    assert send(site, code=server.make_mini_program_code()).status_code == 400
