"""Passkeys on the pages: added, listed, renamed, removed, and used to log in."""

import json

import pytest

from carboy.auth import auth_state
from carboy.auth.pages.second_step_views import make_factor
from carboy.testing import open_client
from tests.auth.authenticator import Authenticator
from tests.auth.conftest import PASSWORD
from tests.auth.pages.visitor import assert_local_time

JSON = {"Accept": "application/json"}
PAGE = "/account/passkeys"
LOGIN = "/account/login/passkey"


@pytest.fixture
def device():
    return Authenticator("http://localhost")


@pytest.fixture
def user(site):
    return site.add()


@pytest.fixture
def ada(client, user):
    client.login(user)
    return client


def add(client, device, name="my phone", **options):
    challenge = client.get(f"{PAGE}/options")
    answer = json.dumps(device.create(challenge.text))
    return client.post(PAGE, data={"name": name, "answer": answer}, **options)


def use(client, device, **options):
    challenge = client.get(f"{LOGIN}/options").text
    return client.post(
        LOGIN, data={"answer": json.dumps(device.get(challenge))} | options
    )


def test_a_passkey_is_added_listed_renamed_and_removed(site, ada, device):
    assert add(ada, device).location == PAGE
    assert "my phone" in ada.get(PAGE).text

    (listed,) = ada.get(PAGE, headers=JSON).json["passkeys"]
    assert (listed["name"], listed["is_synced"]) == ("my phone", True)
    assert_local_time(ada.get(PAGE).text, listed["created_at"])
    url = f"{PAGE}/{listed['id']}"
    assert ada.post(f"{url}/name", data={"name": "blue"}).status_code == 303
    assert "blue" in ada.get(PAGE).text
    assert ada.post(f"{url}/remove").status_code == 303
    assert ada.get(PAGE, headers=JSON).json["passkeys"] == []
    sent = [mail["name"] for mail in site.outbox.sent]
    assert sent == ["auth_logins_changed"] * 2


def test_a_passkey_logs_in_and_leads_on(ada, device, user):
    add(ada, device)
    ada.post("/account/logout")

    answer = use(ada, device, next="/open")

    assert (answer.status_code, answer.location) == (303, "/open")
    assert ada.get("/private").text == "private"
    assert ada.get_cookie("remember_token") is None


def test_a_passkey_login_is_remembered_if_wanted(ada, device):
    add(ada, device)
    ada.post("/account/logout")
    use(ada, device, remember="y", next="http://evil.example/")

    assert ada.get_cookie("remember_token") is not None


def test_programs_send_the_answer_as_an_object(ada, device):
    challenge = ada.get(f"{PAGE}/options").text
    body = {"name": "key", "answer": device.create(challenge)}
    added = ada.post(PAGE, json=body, headers=JSON)
    assert added.json["next"] == PAGE
    ada.post("/account/logout")

    challenge = ada.get(f"{LOGIN}/options").text
    answer = ada.post(LOGIN, json={"answer": device.get(challenge)}, headers=JSON)

    assert answer.json["next"] == "/"
    assert ada.get("/private").text == "private"


def test_only_an_unknown_passkey_may_be_forgotten_by_the_browser(ada, device):
    add(ada, device)
    other = Authenticator("http://localhost")
    ada.post("/account/logout")

    refused = use(ada, other)
    assert refused.status_code == 404
    assert f'data-unknown-passkey="{other.get_id()}"' in refused.text
    thief = Authenticator("http://localhost")
    thief.id, thief.handle = device.id, device.handle
    refused = use(ada, thief)
    assert refused.status_code == 400
    assert "data-unknown-passkey" not in refused.text


@pytest.mark.parametrize("answer", ["", "{}", "[" * 30_000, "nonsense", '"x"', "[1]"])
def test_an_answer_that_is_none_is_an_error_of_the_page(client, answer):
    refused = client.post(LOGIN, data={"answer": answer, "next": "/open"})

    assert refused.status_code == 400
    assert "The passkey was not accepted. Try again." in refused.text
    assert 'value="/open"' in refused.text


def test_an_answer_is_not_accepted_twice(ada, device):
    add(ada, device)
    ada.post("/account/logout")
    answer = json.dumps(device.get(ada.get(f"{LOGIN}/options").text))
    assert ada.post(LOGIN, data={"answer": answer}).status_code == 303
    ada.post("/account/logout")

    assert ada.post(LOGIN, data={"answer": answer}).status_code == 400


def test_wrong_answers_are_limited(client, device):
    statuses = {use(client, device).status_code for _ in range(11)}

    assert statuses == {404, 429}


def test_a_locked_account_is_refused(site, ada, device, user):
    add(ada, device)
    ada.post("/account/logout")
    with site.app.app_context():
        row = site.db.session.get(site.User, user.id)
        row.locked_at = row.registered_at
        site.db.session.commit()

    assert use(ada, device).status_code == 400
    assert ada.get("/private").status_code == 302


def test_somebody_else_changes_no_passkey(site, ada, device):
    add(ada, device)
    (listed,) = ada.get(PAGE, headers=JSON).json["passkeys"]
    with open_client(site.app) as eve:
        eve.login(site.add("eve@example.com"))
        eve.post(f"{PAGE}/{listed['id']}/name", data={"name": "stolen"})
        eve.post(f"{PAGE}/{listed['id']}/remove")

    assert ada.get(PAGE, headers=JSON).json["passkeys"] == [listed]


def test_a_stale_login_adds_and_removes_nothing(ada, device):
    with ada.session_transaction() as session:
        session["_fresh"] = False

    assert "/reauthenticate" in ada.get(f"{PAGE}/options").location
    assert "/reauthenticate" in ada.post(PAGE).location
    assert "/reauthenticate" in ada.post(f"{PAGE}/1/remove").location


def test_an_unconfirmed_address_gets_no_passkey(site, client, device):
    client.login(site.add(email_confirmed_at=None))

    refused = add(client, device)

    assert refused.status_code == 400
    assert "Confirm your address first." in refused.text


def test_another_site_cannot_log_a_visitor_in(ada, device):
    add(ada, device)
    ada.post("/account/logout")
    answer = {"answer": json.dumps(device.get(ada.get(f"{LOGIN}/options").text))}

    refused = ada.post(LOGIN, data=answer, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 400
    assert ada.get("/private").status_code == 302
    assert ada.post(LOGIN, data=answer).status_code == 303


def test_visitors_are_not_told_who_has_a_passkey(client, ada, device):
    add(ada, device)
    ada.post("/account/logout")

    assert client.get(f"{LOGIN}/options").json["allowCredentials"] == []


def test_passkeys_can_be_off(make_site):
    with open_client(make_site(AUTH_PASSKEYS="off").app) as client:
        assert client.get(PAGE).status_code == 404
        assert client.get(f"{LOGIN}/options").status_code == 404
        assert "passkey" not in client.get("/account/login").text


@pytest.fixture
def second(make_site):
    """A site, a visitor and a user, where a passkey is the second factor."""
    site = make_site(AUTH_PASSKEYS="second")
    with open_client(site.app) as client:
        yield site, client, site.add()


def test_as_a_second_factor_it_is_asked_for_after_the_password(second, device):
    _, client, user = second
    client.login(user)
    shown = add(client, device, headers=JSON)
    assert len(shown.json["codes"]) == 10
    client.post("/account/logout")
    assert client.get(f"{LOGIN}/options").status_code == 404

    data = {"login": user.email, "password": PASSWORD, "next": "/open"}
    step = client.post("/account/login", data=data).location
    assert step.startswith("/account/second-step/passkey")
    page = client.get(step).text
    # A card, as the other steps of a login.
    assert 'class="ui-main ui-gate"' in page
    assert '<div class="ui-card">' in page
    assert client.get("/private").status_code == 302
    assert "Recovery code" in client.get(step).text
    challenge = client.get("/account/second-step/passkey/options").text
    answer = json.dumps(device.get(challenge))
    done = client.post(step, data={"answer": answer})
    assert (done.status_code, done.location) == (303, "/open")
    assert client.get("/private").text == "private"


def test_a_recovery_code_takes_its_place(second, device):
    _, client, user = second
    client.login(user)
    code = add(client, device, headers=JSON).json["codes"][0]
    client.post("/account/logout")
    client.post("/account/login", data={"login": user.email, "password": PASSWORD})

    page = client.get("/account/second-step").text
    assert "Enter one of your recovery codes." in page
    assert client.post("/account/second-step", data={"code": code}).status_code == 303
    assert client.get("/private").text == "private"


def test_the_passkey_of_somebody_else_is_no_second_step(second, device):
    site, client, user = second
    eve, hers = site.add("eve@example.com"), Authenticator("http://localhost")
    for person, theirs in ((user, device), (eve, hers)):
        client.login(person)
        add(client, theirs)
        client.post("/account/logout")
    client.post("/account/login", data={"login": user.email, "password": PASSWORD})
    challenge = client.get("/account/second-step/passkey/options").text

    answer = json.dumps(hers.get(challenge))
    refused = client.post("/account/second-step/passkey", data={"answer": answer})

    assert refused.status_code == 400
    assert client.get("/private").status_code == 302


def test_the_options_of_the_second_step_need_the_first(second):
    _, client, _ = second

    assert client.get("/account/second-step/passkey/options").status_code == 401


def test_removing_the_last_second_factor_removes_the_recovery_codes(second, device):
    site, client, user = second
    client.login(user)
    code = add(client, device, headers=JSON).json["codes"][0]
    assert client.post(f"{PAGE}/1/remove").location == PAGE
    client.post("/account/logout")

    data = {"login": user.email, "password": PASSWORD}
    assert "second-step" not in client.post("/account/login", data=data).location
    with site.app.app_context():
        factor = make_factor(auth_state.of(site.app))
        assert factor.use_code(user.get_id(), code) == ""


def test_a_login_without_the_second_factor_adds_no_other(second, device):
    site, client, user = second
    client.login(user)
    add(client, device)
    client.post("/account/logout")
    # As with the password alone; the logout has changed the epoch.
    with site.app.app_context():
        client.login(site.db.session.get(site.User, user.id))

    assert "/reauthenticate" in client.get(f"{PAGE}/options").location


def test_the_button_stands_in_one_row_with_those_of_providers(client):
    page = client.get("/account/login").text

    # The class ui-form has a margin, which moves its neighbour down.
    assert f'<form method="post" action="{LOGIN}" data-passkeys hidden' in page
