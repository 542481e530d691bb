"""With `Auth` installed, policies know the user and programs use tokens."""

import re
import time

import pytest

from carboy.auth import current_user, login_required
from carboy.auth.access import authorize, describe_access, policies as module
from carboy.auth.access.policies import PolicyRegistry
from carboy.auth.api_tokens import MINI_PROGRAM, ApiTokens, scopes_required
from carboy.auth.second_factors.totp_codes import make_code, step_of
from carboy.testing import open_client


@pytest.fixture
def with_pages(site, monkeypatch):
    registry = PolicyRegistry()
    registry.policy("greet")(lambda user: user.email.startswith("ada"))
    monkeypatch.setattr(module, "policies", registry)

    @site.app.get("/greet")
    def greet():
        authorize("greet")
        return f"Hello {current_user.email}"

    @site.app.post("/api")
    @login_required
    @scopes_required("posts.write")
    def api():
        return current_user.email

    return site


def test_visitors_log_in_and_others_are_refused(with_pages, client):
    assert client.get("/greet").status_code in {302, 401}

    client.login(with_pages.add("bob@example.com"))
    assert client.get("/greet").status_code == 403
    client.login(with_pages.add())
    assert client.get("/greet").text == "Hello ada@example.com"


def test_a_program_posts_with_a_token_and_without_a_csrf_token(with_pages, client):
    user = with_pages.add()
    with with_pages.app.app_context():
        session = with_pages.db.session()
        tokens = ApiTokens(session, time.time)
        new = tokens.create(str(user.id), "ci", ["posts.write"], lifetime=60)
        session.commit()
    headers = {"Authorization": f"Bearer {new.text}"}

    assert client.post("/api", headers=headers).text == "ada@example.com"
    assert client.post("/api", headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_token_counts_before_the_session_of_a_cookie(with_pages, client):
    owner, other = with_pages.add(), with_pages.add("bob@example.com")
    with with_pages.app.app_context():
        session = with_pages.db.session()
        tokens = ApiTokens(session, time.time)
        right = tokens.create(str(owner.id), "ci", ["posts.write"], lifetime=60)
        wrong = tokens.create(str(owner.id), "ci", ["posts.read"], lifetime=60)
        session.commit()
    client.login(other)

    def post(text: str):
        return client.post("/api", headers={"Authorization": f"Bearer {text}"})

    assert post(right.text).text == "ada@example.com"
    assert post(wrong.text).status_code == 403
    assert post("x").status_code == 401


def test_the_report_names_logins_and_scopes(with_pages):
    access = {row[3]: row[0] for row in describe_access(with_pages.app)}

    assert access["private"] == "login"
    assert access["fresh"] == "fresh login"
    assert access["api"] == "login and tokens with posts.write"
    assert access["open_page"] == "everybody"
    assert access["greet"] == "decided in the view"


def test_a_token_goes_on_when_its_owner_sets_up_a_factor(site, client):
    user = site.add()
    with site.app.app_context():
        tokens = ApiTokens(site.db.session(), time.time)
        made = {
            name: tokens.create(user.get_id(), name, ["*"], lifetime=None).text
            for name in ("backup", MINI_PROGRAM)
        }
        site.db.session.commit()
    client.login(user)
    page = client.get("/account/two-step").text
    (secret,) = re.findall("<code>([A-Z2-7]{32})</code>", page)
    code = make_code(secret, step_of(site.now))
    assert client.post("/account/two-step", data={"code": code}).status_code == 200

    # The token of a mini program is a session, and ends with the others.
    for name, status in (("backup", 200), (MINI_PROGRAM, 401)):
        headers = {"Authorization": f"Bearer {made[name]}"}
        with open_client(site.app) as program:
            assert program.get("/private", headers=headers).status_code == status
