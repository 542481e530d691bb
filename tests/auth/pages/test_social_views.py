"""Log in, register and link with an account of another site."""

import re

import pytest
import sqlalchemy as sa

from carboy.auth import auth_state
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of
from carboy.testing import open_client
from carboy.testing.identity_provider import Person
from tests.auth.conftest import PASSWORD
from tests.auth.pages.visitor import JSON, WECHAT_BROWSER, Visitor

LOGINS = "/account/logins"


@pytest.fixture
def site(make_site, providers):
    return make_site(providers=providers)


def emails(site):
    with site.app.app_context():
        query = sa.select(site.User.email).order_by(site.User.id)
        return list(site.db.session.execute(query).scalars())


def test_the_buttons_lead_to_the_providers_without_a_script(client, server):
    for page in ("/account/login?next=/open", "/account/register"):
        text = client.get(page).text
        for title in ("Google", "GitHub", "Company", "WeChat"):
            assert f"Continue with {title}" in text
    leaving = client.post("/account/social/github", data={"next": "/open"})

    url = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', leaving.text)[1]
    assert url.startswith(f"{server.url}/login/oauth/authorize?")
    assert leaving.headers["Cache-Control"] == "no-store"


def test_a_login_is_not_begun_by_a_link_or_by_another_site(client):
    assert client.get("/account/social/github").status_code == 405
    refused = client.post(
        "/account/social/github", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert refused.status_code == 400


def test_a_provider_that_owns_the_mailbox_makes_the_account_at_once(site, visitor):
    answer = visitor.log_in("company", next="/private")

    assert (answer.status_code, answer.location) == (303, "/private")
    assert visitor.is_logged_in()
    assert emails(site) == ["ann@company.com"]
    visitor.client.post("/account/logout")
    assert visitor.log_in("company").status_code == 303
    assert emails(site) == ["ann@company.com"]


@pytest.mark.parametrize(
    ("email", "at_once"), [("ann@gmail.com", True), ("ann@company.com", False)]
)
def test_google_is_trusted_with_its_own_mailboxes(
    site, visitor, server, email, at_once
):
    server.person.email = email

    visitor.log_in("google")

    assert (emails(site) == [email]) is at_once


@pytest.mark.parametrize("name", ["github", "loose", "wechat"])
def test_others_confirm_an_address_with_a_code_first(site, visitor, name):
    answer = visitor.log_in(name, next="/open")
    assert answer.location == f"/account/social/{name}/register"
    assert not visitor.is_logged_in()
    assert emails(site) == []
    page = visitor.client.get(answer.location).text
    assert ("ann@company.com" in page) is (name != "wechat")

    data = {"email": "ann@example.com", "name": "Ann"}
    sent = visitor.client.post(answer.location, data=data)
    (mail,) = site.outbox.sent
    wrong = visitor.client.post(sent.location, data={"code": "12345678"})
    assert wrong.status_code == 400
    done = visitor.client.post(sent.location, data={"code": mail["code"]})

    assert (done.status_code, done.location) == (303, "/open")
    assert emails(site) == ["ann@example.com"]
    assert visitor.is_logged_in()
    again = visitor.client.post(sent.location, data={"code": mail["code"]})
    assert again.status_code == 400
    visitor.client.post("/account/logout")
    visitor.log_in(name)
    assert visitor.is_logged_in()


def test_the_code_of_a_sign_up_is_of_no_use_in_another_browser(site, visitor, server):
    page = visitor.log_in("github").location
    visitor.client.post(page, data={"email": "victim@example.com"})
    code = site.outbox.sent[0]["code"]

    with open_client(site.app) as other:
        other.post("/account/social/github/code", data={"code": code})

    assert emails(site) == []


def test_a_code_does_not_link_an_identity_that_was_begun_later(site, visitor, server):
    page = visitor.log_in("github").location
    sent = visitor.client.post(page, data={"email": "ann@example.com"})
    server.person = Person("8", "eve@company.com", name="Eve")
    visitor.log_in("github")

    refused = visitor.client.post(
        sent.location, data={"code": site.outbox.sent[0]["code"]}
    )

    assert refused.status_code == 400
    assert emails(site) == []


def test_a_sign_up_does_not_say_who_has_an_account(site, visitor):
    site.add("ada@example.com")
    page = visitor.log_in("wechat").location

    known = visitor.client.post(page, data={"email": "ada@example.com"})
    unknown = visitor.client.post(page, data={"email": "ben@example.com"})

    assert (known.status_code, known.location) == (
        unknown.status_code,
        unknown.location,
    )
    names = [mail["name"] for mail in site.outbox.sent]
    assert names == ["auth_account_exists", "auth_code"]


@pytest.mark.parametrize("name", ["company", "google", "github", "loose"])
def test_a_known_address_is_not_taken_over(site, visitor, name):
    site.add("ann@company.com")

    answer = visitor.log_in(name)

    assert answer.status_code == 409
    assert "There is an account with ann@company.com already" in answer.text
    assert f'value="{LOGINS}"' in answer.text
    assert not visitor.is_logged_in()


def test_an_unconfirmed_address_of_a_provider_says_nothing(site, visitor, server):
    site.add("ann@company.com")
    server.person.is_email_verified = False

    answer = visitor.log_in("company")

    assert answer.location == "/account/social/company/register"


def test_after_a_collision_the_owner_links_and_logs_in(site, visitor):
    site.add("ann@company.com")
    visitor.log_in("company")
    data = {"login": "ann@company.com", "password": PASSWORD, "next": LOGINS}
    assert visitor.client.post("/account/login", data=data).location == LOGINS

    assert visitor.link("company").location == LOGINS

    assert "Company" in visitor.client.get(LOGINS).text
    (linked,) = visitor.client.get(LOGINS, headers=JSON).json["linked"]
    assert (linked["provider"], linked["label"]) == ("company", "Ann")
    assert site.outbox.sent[-1]["name"] == "auth_logins_changed"
    visitor.client.post("/account/logout")
    visitor.log_in("company")
    assert visitor.is_logged_in()


def test_a_login_of_somebody_else_is_not_linked(site, visitor, server):
    visitor.log_in("company")
    visitor.client.post("/account/logout")
    visitor.client.login(site.add("eve@example.com"))

    answer = visitor.link("company")

    assert answer.status_code == 400
    assert "Another account uses this login" in answer.text


def test_what_another_person_began_is_not_linked(site, visitor, server):
    ada, eve = site.add(), site.add("eve@example.com")
    visitor.client.login(ada)
    url = visitor.start("github", "/account/logins/{}/link")
    visitor.client.login(eve)

    answer = visitor.come_back("github", server.visit(url))

    assert answer.status_code == 400
    assert visitor.client.get(LOGINS, headers=JSON).json["linked"] == []


def test_linking_needs_a_fresh_login_with_the_second_factor(site, visitor):
    user = site.add()
    visitor.client.login(user)
    with visitor.client.session_transaction() as session:
        session["_fresh"] = False
    refused = visitor.client.post("/account/logins/github/link")
    assert "/reauthenticate" in refused.location
    visitor.client.login(user)
    add_app(site, user)
    refused = visitor.client.post("/account/logins/github/link")
    assert "/reauthenticate" in refused.location
    refused = visitor.client.post("/account/logins/github/unlink")
    assert "/reauthenticate" in refused.location


def test_a_login_is_unlinked_unless_it_is_the_last(site, visitor):
    visitor.log_in("company")
    refused = visitor.client.post("/account/logins/company/unlink")
    assert refused.status_code == 400
    assert "only way to log in" in refused.text

    visitor.link("github")
    done = visitor.client.post("/account/logins/company/unlink")

    assert done.location == LOGINS
    linked = visitor.client.get(LOGINS, headers=JSON).json["linked"]
    assert [each["provider"] for each in linked] == ["github"]


def test_the_second_step_is_asked_for_as_always(site, visitor):
    visitor.log_in("company", next="/private")
    user = site.User(id=1)
    code = add_app(site, user)
    visitor.client.post("/account/logout")

    step = visitor.log_in("company", next="/private").location
    assert step.startswith("/account/second-step")
    assert not visitor.is_logged_in()
    assert visitor.client.post(step, data={"code": code}).location == "/private"


def test_a_locked_account_is_refused(site, visitor):
    visitor.log_in("company")
    visitor.client.post("/account/logout")
    with site.app.app_context():
        user = site.db.session.get(site.User, 1)
        user.locked_at = user.registered_at
        site.db.session.commit()

    assert visitor.log_in("company").status_code == 400
    assert not visitor.is_logged_in()


@pytest.mark.parametrize("fault", ["nonce", "audience", "expired", "unsigned", "key"])
def test_a_wrong_answer_of_a_provider_logs_nobody_in(site, visitor, server, fault):
    server.faults.add(fault)

    assert visitor.log_in("company").status_code == 400
    assert emails(site) == []


def test_a_provider_that_is_down_is_named(visitor, server):
    server.faults.add("down")

    refused = visitor.client.post("/account/social/company")

    assert refused.status_code == 503
    assert "Company does not answer. Try again later." in refused.text
    assert server.url not in refused.text


def test_an_answer_works_in_the_browser_that_began(site, visitor, server):
    answer = server.visit(visitor.start("company"))
    with open_client(site.app) as other:
        victim = Visitor(other, server)
        victim.start("company")
        assert victim.come_back("company", answer).status_code == 400
        assert not victim.is_logged_in()

    assert visitor.come_back("company", answer).status_code == 303
    assert visitor.come_back("company", answer).status_code == 400


def test_an_answer_for_one_provider_is_refused_by_another(visitor, server):
    answer = server.visit(visitor.start("company"))

    assert visitor.come_back("loose", answer).status_code == 400


def test_a_login_leads_to_pages_of_this_site_only(visitor):
    answer = visitor.log_in("company", next="//evil.example/x")

    assert answer.location == "/"


def test_whoever_says_no_at_the_provider_is_told_so(visitor, server):
    state = server.visit(visitor.start("company"))["state"]

    answer = {"state": state, "error": "access_denied"}
    refused = visitor.come_back("company", answer)

    assert refused.status_code == 400
    assert "You did not allow the login." in refused.text


def test_wechat_offers_what_works_in_its_browser(client, server):
    headers = {"User-Agent": WECHAT_BROWSER, **JSON}
    url = client.post("/account/social/wechat", headers=headers).json["next"]
    assert "/connect/oauth2/authorize" in url
    url = client.post("/account/social/wechat", headers=JSON).json["next"]
    assert "/connect/qrconnect" in url


def test_one_person_of_wechat_has_one_account(site, visitor, server):
    server.person.unionid = "u"
    page = visitor.log_in("wechat").location
    sent = visitor.client.post(page, data={"email": "ann@example.com"})
    visitor.client.post(sent.location, data={"code": site.outbox.sent[0]["code"]})
    visitor.client.post("/account/logout")

    server.person.subject = "openid-of-the-official-account"
    headers = {"User-Agent": WECHAT_BROWSER, **JSON}
    url = visitor.client.post("/account/social/wechat", headers=headers).json["next"]
    visitor.come_back("wechat", server.visit(url), headers=headers)

    headers.pop("Accept")
    assert visitor.client.get("/private", headers=headers).text == "private"
    assert emails(site) == ["ann@example.com"]


def test_a_site_without_registration_makes_no_accounts(make_site, providers, server):
    site = make_site(providers=providers, AUTH_REGISTRATION=False)
    with open_client(site.app) as client:
        answer = Visitor(client, server).log_in("company")

    assert answer.status_code == 400
    assert "new ones are not made" in answer.text
    assert emails(site) == []


def test_people_without_a_password_confirm_by_their_provider(site, visitor):
    visitor.log_in("company")
    with visitor.client.session_transaction() as session:
        session["_fresh"] = False
    page = visitor.client.get("/account/reauthenticate?next=/fresh").text
    assert "Continue with Company" in page
    assert 'name="password"' not in page

    assert visitor.log_in("company", next="/fresh").location == "/fresh"
    assert visitor.client.get("/fresh").text == "fresh"


def test_unknown_providers_are_not_found(client):
    assert client.post("/account/social/myspace").status_code == 404


def add_app(site, user):
    with site.app.test_request_context():
        factor = make_factor(auth_state.of(site.app))
        secret = make_secret()
        now = step_of(site.now)
        assert factor.totp.set_up(user.get_id(), secret, make_code(secret, now - 1))
        (code, *_) = factor.recovery_codes.create(user.get_id())
        site.db.session.commit()
    return code
