"""Published holes of logins by other sites."""

import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, session

from carboy.auth import LoginManager
from carboy.auth.login import begin_login
from carboy.auth.social import SocialLoginError
from carboy.auth.social.identities import Identity
from carboy.auth.social.linking import (
    LinkOutcome,
    decide_login,
    link_identity,
    unlink_identity,
)
from carboy.auth.social.provider_clients import make_client
from carboy.testing.identity_provider import Person

BACK = "https://shop.example/account/social/back"


def _go(flow: Any, server: Any, provider: Any, browser: str = "b1") -> Any:
    answer = server.visit(flow.start(provider, BACK, browser=browser))
    return flow.finish(provider, answer, browser=browser)


@pytest.mark.parametrize("kind", ["oidc", "github", "wechat"])
@pytest.mark.parametrize("state", [None, "", "x"])
def test_an_answer_without_a_state_is_refused(
    flow: Any, server: Any, providers: Any, state: str | None, kind: str
) -> None:
    """CVE-2023-27490 (Auth.js), GHSA-wxw3-q3m9-c3jr (Better Auth): no state passed."""
    answer = server.visit(flow.start(providers[kind], BACK, browser="b1"))
    answer.pop("state")
    if state is not None:
        answer["state"] = state

    with pytest.raises(SocialLoginError):
        flow.finish(providers[kind], answer, browser="b1")


def test_an_answer_of_another_browser_is_refused(
    flow: Any, server: Any, providers: Any
) -> None:
    """CVE-2023-27490 (Auth.js): a victim was logged in to the attacker's account."""
    answer = server.visit(flow.start(providers["oidc"], BACK, browser="attacker"))

    for browser in ("victim", ""):
        with pytest.raises(SocialLoginError):
            flow.finish(providers["oidc"], answer, browser=browser)


def test_a_state_is_for_the_provider_that_it_was_made_for(
    flow: Any, server: Any, providers: Any
) -> None:
    """CVE-2026-73419 (Auth.js): the state of one provider served another."""
    answer = server.visit(flow.start(providers["oidc"], BACK, browser="b1"))

    with pytest.raises(SocialLoginError):
        flow.finish(providers["github"], answer, browser="b1")


def test_an_answer_works_once(flow: Any, server: Any, providers: Any) -> None:
    """django-allauth 64.2.0: an ID token was accepted again."""
    url = flow.start(providers["oidc"], BACK, browser="b1")
    first, second = server.visit(url), server.visit(url)
    flow.finish(providers["oidc"], first, browser="b1")

    for answer in (first, second):
        with pytest.raises(SocialLoginError):
            flow.finish(providers["oidc"], answer, browser="b1")


@pytest.mark.parametrize("fault", ["nonce", "audience", "issuer", "unsigned", "key"])
def test_a_token_for_somebody_else_is_refused(
    flow: Any, server: Any, providers: Any, fault: str
) -> None:
    """django-allauth 0.58.0: tokens that other sites had got were accepted."""
    server.faults.add(fault)

    with pytest.raises(SocialLoginError):
        _go(flow, server, providers["oidc"])


@pytest.mark.parametrize("kind", ["oidc", "github"])
def test_a_stolen_code_is_of_no_use(
    flow: Any, server: Any, providers: Any, kind: str
) -> None:
    """CVE-2023-27490 (Auth.js): the verifier of PKCE was not compared."""
    stolen = server.visit(flow.start(providers[kind], BACK, browser="victim"))
    own = server.visit(flow.start(providers[kind], BACK, browser="b1"))

    with pytest.raises(SocialLoginError):
        flow.finish(providers[kind], own | {"code": stolen["code"]}, browser="b1")


@pytest.mark.parametrize("kind", ["oidc", "github"])
def test_a_person_is_not_known_by_a_name_that_can_pass_on(
    flow: Any, server: Any, providers: Any, kind: str
) -> None:
    """CVE-2025-65431 (django-allauth): a name that can be changed was the key."""
    first, *_ = _go(flow, server, providers[kind])
    server.person = Person("8", "ann@example.com", name="Ann")

    second, *_ = _go(flow, server, providers[kind])

    assert (first.name, first.email) == (second.name, second.email)
    assert (first.subject, second.subject) == ("7", "8")


def test_an_address_finds_no_account(identities: Any) -> None:
    """CVE-2026-53516 (Better Auth): a login was linked by the address alone."""
    person = Identity("company", "7", email="ada@example.com", is_email_confirmed=True)

    decision = decide_login(identities, person, is_email_taken=True)

    assert decision.outcome is LinkOutcome.COLLISION
    assert decision.user_id == ""


def test_a_login_of_somebody_else_is_not_linked(identities: Any) -> None:
    """CVE-2026-53516 (Better Auth): an identity changed its owner."""
    link_identity(identities, "1", Identity("company", "7"))

    with pytest.raises(SocialLoginError):
        link_identity(identities, "2", Identity("company", "7"))
    assert identities.find_owner(Identity("company", "7")) == "1"


def test_the_last_way_in_is_not_removed(identities: Any) -> None:
    """django-allauth 65.3.1: an account without any login was left."""
    link_identity(identities, "1", Identity("company", "7"))

    with pytest.raises(SocialLoginError, match="only way"):
        unlink_identity(identities, "1", "company", other_ways=0)


@pytest.mark.parametrize("subject", ["", None, True, "a b", "x" * 300, ["7"]])
def test_who_has_no_number_is_nobody(
    flow: Any, server: Any, providers: Any, subject: Any
) -> None:
    """GHSA-8fpg-xm3f-6cx3 (Auth.js): an answer that lacked somebody was somebody."""
    server.person = Person(subject, "ann@example.com")

    with pytest.raises(SocialLoginError):
        _go(flow, server, providers["oidc"])


def test_the_secret_of_a_site_is_in_no_repr(providers: Any) -> None:
    """django-allauth 0.63.4: secrets were in logs."""
    assert "test-secret" not in repr(replace(providers["oidc"]))


def test_a_provider_leads_to_no_other_server(providers: Any, clock: Any) -> None:
    """Better Auth 1.6.22: requests of the server followed redirects."""
    with make_client(providers["oidc"], clock) as client:
        assert client.http.follow_redirects is False
        assert client.http.trust_env is False


def test_an_old_login_at_a_provider_makes_no_fresh_one(
    flow: Any, server: Any, providers: Any
) -> None:
    """ASVS 6.8.4: a login of hours ago at the provider counted as one of now."""
    server.person.auth_time = time.time() - 3600
    identity, _, _ = _go(flow, server, providers["oidc"])
    app = Flask(__name__)
    app.secret_key = "a" * 32
    LoginManager(app)
    user = SimpleNamespace(is_active=True, get_id=lambda: "1")

    with app.test_request_context():
        begin_login(user, method="social", authenticated_at=identity.authenticated_at)
        assert session["_auth_time"] == pytest.approx(server.person.auth_time)
