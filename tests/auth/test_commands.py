"""The commands for accounts."""

import json
from collections.abc import Callable

from carboy.auth import define_role
from carboy.auth.second_factors.totp_codes import make_code, step_of
from carboy.testing import open_client
from tests.auth.conftest import PASSWORD, Site
from tests.auth.museum.steps import is_logged_in, log_in, set_up_app

JSON = {"Accept": "application/json"}


def _run(site: Site, *args: str) -> tuple[int, str]:
    result = site.app.test_cli_runner().invoke(args=["users", *args])
    return result.exit_code, result.output


def test_an_account_is_created_and_listed(site: Site) -> None:
    created = _run(site, "create", "Ada@Example.com", "--password", PASSWORD)
    again = _run(site, "create", "ada@example.com", "--password", PASSWORD)

    assert created == (0, "Created ada@example.com with the id 1.\n")
    assert again[0] == 1
    assert _run(site, "list") == (0, "1  ada@example.com  -\n")


def test_a_weak_password_is_refused(site: Site) -> None:
    code, text = _run(site, "create", "ada@example.com", "--password", "short")

    assert code == 1
    assert "Use 15 characters or more" in text


def test_an_account_is_locked_and_unlocked(site: Site) -> None:
    site.add()

    assert _run(site, "lock", "ada@example.com")[0] == 0
    assert _run(site, "list", "--locked")[1] == "1  ada@example.com  -  locked\n"
    assert _run(site, "unlock", "ada@example.com")[0] == 0
    assert _run(site, "list", "--locked")[1] == ""


def test_a_password_is_set(site: Site) -> None:
    site.add()

    assert _run(site, "passwd", "ada@example.com", "--password", "x" * 5)[0] == 1
    assert _run(site, "passwd", "ada@example.com", "--password", PASSWORD + "!")[0] == 0


def test_roles_are_added_listed_and_removed(site: Site) -> None:
    site.add()
    define_role("users-tester", "nothing")

    assert _run(site, "roles", "ada@example.com") == (0, "No roles.\n")
    added = _run(site, "roles", "ada@example.com", "--add", "users-tester")
    assert added == (0, "users-tester\n")
    assert _run(site, "roles", "ada@example.com") == (0, "users-tester\n")
    code, text = _run(site, "roles", "ada@example.com", "--add", "users-tester2")
    assert (code, "There is no role 'users-tester2'" in text) == (1, True)
    removed = _run(site, "roles", "ada@example.com", "--remove", "users-tester")
    assert removed == (0, "No roles.\n")


def test_sessions_end(site: Site) -> None:
    user = site.add()

    _run(site, "sessions", "ada@example.com", "--end")

    with site.app.app_context():
        assert site.db.session.get(site.User, user.id).auth_epoch == user.auth_epoch + 1


def test_an_account_is_exported(site: Site) -> None:
    site.add()

    account = json.loads(_run(site, "export", "ada@example.com")[1])["account"]

    assert account["email"] == "ada@example.com"
    assert "password_hash" not in account


def test_an_unknown_account_is_named(site: Site) -> None:
    code, text = _run(site, "lock", "eve@example.com")

    assert (code, "'eve@example.com'" in text) == (1, True)


def test_tokens_are_made_below_users(site: Site) -> None:
    user = site.add()

    made = _run(site, "tokens", "create", str(user.id), "ci", "--scope", "posts.*")

    assert made[0] == 0
    assert "ci  posts.*" in _run(site, "tokens", "list", str(user.id))[1]


def test_lost_factors_are_removed_and_the_owner_is_told(site: Site) -> None:
    user = site.add()
    secret = set_up_app(site, user, now=site.now)
    with open_client(site.app) as client:
        log_in(client)
        code = make_code(secret, step_of(site.now))
        data = {"code": code, "trust": "y"}
        client.post("/account/second-step", data=data)
        assert is_logged_in(client)

        asked = site.app.test_cli_runner().invoke(
            args=["users", "reset-factors", "ada@example.com"], input="n\n"
        )
        assert asked.exit_code == 1
        assert is_logged_in(client)
        answer = _run(site, "reset-factors", "ada@example.com", "--yes")

        assert answer == (0, "The second factors are removed.\n")
        # Its sessions have ended, and the next login asks for the password alone.
        assert not is_logged_in(client)
        assert log_in(client).location == "/"
        activity = client.get("/account/activity", headers=JSON).json["events"]
        assert "factors_reset" in [event["kind"] for event in activity]
    assert site.outbox.sent[-1]["name"] == "auth_factors_reset"
    assert site.outbox.sent[-1]["to"] == "ada@example.com"
    assert _run(site, "reset-factors", "nobody", "--yes")[0] == 1


def test_where_one_is_required_the_next_login_sets_up_another(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(AUTH_SECOND_FACTOR_FOR=["*"])
    set_up_app(site, site.add(), now=site.now)
    _run(site, "reset-factors", "ada@example.com", "--yes")

    with open_client(site.app) as client:
        assert log_in(client).location.startswith("/account/second-step/set-up")


def test_the_owner_of_a_token_is_named_like_everywhere_else(site: Site) -> None:
    user = site.add()
    scope = ("--scope", "posts.*")

    for login in (user.email, user.email.upper(), "1"):
        assert _run(site, "tokens", "create", login, "cli", *scope)[0] == 0
    listed = _run(site, "tokens", "list", user.email)[1]
    code, text = _run(site, "tokens", "create", "nobody@example.com", "cli", *scope)

    assert len(listed.splitlines()) == 3
    assert code == 1
    assert "There is no account 'nobody@example.com'. `users list` shows all." in text
    _run(site, "lock", user.email)
    assert _run(site, "tokens", "revoke", user.email, "1")[0] == 0
