"""The pages to log in, with a password, a code and again."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site

LOGIN = "/account/login"


def log_in(client: Client, **values: str) -> int:
    data = {"login": "ada@example.com", "password": PASSWORD, **values}
    return client.post(LOGIN, data=data).status_code


def test_a_login_leads_back_to_the_page(site: Site, client: Client) -> None:
    site.add()

    asked = client.get("/private")
    answer = client.post(
        asked.location, data={"login": "ada@example.com", "password": PASSWORD}
    )

    assert asked.location == "/account/login?next=%2Fprivate"
    assert (answer.status_code, answer.location) == (303, "/private")
    assert client.get("/private").text == "private"


def test_a_user_name_works_too(site: Site, client: Client) -> None:
    site.add(username="Ada")

    assert log_in(client, login="ADA") == 303
    assert client.get("/private").text == "private"


@pytest.mark.parametrize("login", ["ada@example.com", "nobody@example.com"])
def test_a_wrong_login_never_says_what_is_wrong(
    site: Site, client: Client, login: str
) -> None:
    site.add()

    answer = client.post(LOGIN, data={"login": login, "password": "wrong"})

    assert answer.status_code == 422
    assert "The login or the password is wrong." in answer.text
    assert client.get("/private").status_code == 302


def test_programs_log_in_with_json(site: Site, client: Client) -> None:
    site.add()

    body = client.post_json(LOGIN, {"login": "ada@example.com", "password": PASSWORD})

    assert body == {"message": "", "next": "/"}
    assert client.get("/private").text == "private"


def test_programs_get_errors_as_json(site: Site, client: Client) -> None:
    answer = client.post(
        LOGIN, json={"login": "x"}, headers={"Accept": "application/json"}
    )

    assert answer.status_code == 422
    assert answer.get_json()["errors"]["password"] == ["This field is required."]


def test_the_next_page_is_on_this_site(site: Site, client: Client) -> None:
    site.add()

    answer = client.post(
        LOGIN + "?next=//evil.com",
        data={"login": "ada@example.com", "password": PASSWORD, "next": "////evil.com"},
    )

    assert answer.location == "/"


def test_a_logout_is_a_post(site: Site, client: Client) -> None:
    site.add()
    log_in(client)

    assert client.get("/account/logout").status_code == 405
    assert client.post("/account/logout").status_code == 303
    assert client.get("/private").status_code == 302


def test_a_remembered_login_outlives_the_session(site: Site, client: Client) -> None:
    site.add()
    log_in(client, remember="y")

    client.delete_cookie("session")

    assert client.get("/private").text == "private"
    # It shows a cookie, not a password.
    assert client.get("/fresh").location.startswith("/account/reauthenticate")


def test_a_logout_forgets_the_remembered_login(site: Site, client: Client) -> None:
    site.add()
    log_in(client, remember="y")

    client.post("/account/logout")

    assert client.get_cookie("remember_token") is None
    assert client.get("/private").status_code == 302


def test_a_stolen_remembered_login_ends_with_the_password(
    site: Site, client: Client
) -> None:
    user = site.add()
    log_in(client, remember="y")
    client.delete_cookie("session")

    with site.app.app_context():
        site.db.session.get(site.User, user.id).end_sessions()
        site.db.session.commit()

    assert client.get("/private").status_code == 302


def test_a_password_that_is_shown_again_makes_the_login_fresh(
    site: Site, client: Client
) -> None:
    site.add()
    log_in(client, remember="y")
    client.delete_cookie("session")
    asked = client.get("/fresh").location

    wrong = client.post(asked, data={"password": "wrong"})
    answer = client.post(asked, data={"password": PASSWORD})

    assert wrong.status_code == 422
    assert answer.location == "/fresh"
    assert client.get("/fresh").text == "fresh"


def _code(site: Site) -> str:
    return str(site.outbox.sent[-1]["code"])


def test_a_code_by_mail_logs_in_once(site: Site, client: Client) -> None:
    site.add()

    client.post("/account/code/request", data={"email": "Ada@Example.com"})
    with open_client(site.app) as other:
        stolen = other.post("/account/code", data={"code": _code(site)})
    first = client.post("/account/code", data={"code": _code(site)})
    private = client.get("/private").text
    client.post("/account/logout")
    second = client.post("/account/code", data={"code": _code(site)})

    # The code belongs to the browser that has asked for it.
    assert (stolen.status_code, first.status_code, second.status_code) == (
        400,
        303,
        400,
    )
    assert private == "private"


def test_a_code_cannot_be_guessed(site: Site, client: Client) -> None:
    site.add()
    client.post("/account/code/request", data={"email": "ada@example.com"})
    right = _code(site)

    statuses = [
        client.post("/account/code", data={"code": f"{n:08d}"}).status_code
        for n in range(6)
    ]
    late = client.post("/account/code", data={"code": right})

    assert statuses == [400] * 5 + [429]
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) > 0


def test_a_code_for_an_unknown_account_looks_the_same(
    site: Site, client: Client
) -> None:
    site.add()
    answers = [
        client.post("/account/code/request", data={"email": email})
        for email in ("ada@example.com", "nobody@example.com")
    ]

    assert len({(a.status_code, a.location, a.text) for a in answers}) == 1
    assert [mail["name"] for mail in site.outbox.sent] == [
        "auth_code",
        "auth_no_account",
    ]


def test_a_locked_account_is_told_only_with_the_right_password(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    site.add(locked_at=datetime.now(UTC))
    with open_client(site.app) as client:
        wrong = client.post(LOGIN, data={"login": "ada@example.com", "password": "x"})
        right = client.post(
            LOGIN, data={"login": "ada@example.com", "password": PASSWORD}
        )

    assert "locked" not in wrong.text
    assert "locked" in right.text


def test_an_unconfirmed_account_gets_another_link(site: Site, client: Client) -> None:
    site.add(email_confirmed_at=None)

    assert log_in(client) == 422
    link = site.outbox.sent[-1]["link"]
    # Programs that look into mails open links: only the button confirms.
    assert client.get(link).status_code == 200
    assert log_in(client) == 422
    assert client.post(link, data={"password": "wrong"}).status_code == 422
    assert client.post(link, data={"password": PASSWORD}).status_code == 303
    assert log_in(client) == 303


def test_pages_of_accounts_are_in_no_cache(client: Client) -> None:
    assert client.get(LOGIN).headers["Cache-Control"] == "no-store"


def test_the_form_names_its_fields_for_password_managers(client: Client) -> None:
    text = client.get(LOGIN).text

    assert re.search('autocomplete="current-password"', text)
    assert re.search('autocomplete="username webauthn"', text)
