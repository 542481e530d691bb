"""Whoever comes back from a provider was sent there by this browser, once."""

from dataclasses import replace

import pytest

from carboy.auth.social import SocialLoginError
from carboy.errors import UnavailableError

BACK = "https://shop.example/account/social/back"
KINDS = ["oidc", "github", "wechat", "in_app"]


def _start(flow, provider, **options):
    return flow.start(provider, BACK, browser="b1", **options)


@pytest.mark.parametrize("kind", KINDS)
def test_a_visitor_comes_back_as_the_person_at_the_provider(
    flow, server, providers, kind
):
    server.person.unionid = "u7"
    url = _start(flow, providers[kind], user_id="3", target="/here")

    identity, user_id, target = flow.finish(
        providers[kind], server.visit(url), browser="b1"
    )

    expected = {"wechat": "unionid:u7", "in_app": "unionid:u7"}.get(kind, "7")
    assert identity.subject == expected
    assert identity.name == "Ann"
    assert (user_id, target) == ("3", "/here")


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_without_our_state_is_refused(flow, server, providers, kind):
    answer = server.visit(_start(flow, providers[kind]))

    for state in ("", "x", answer["state"] + "x"):
        with pytest.raises(SocialLoginError, match="not started here"):
            flow.finish(providers[kind], answer | {"state": state}, browser="b1")


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_works_once(flow, server, providers, kind):
    answer = server.visit(_start(flow, providers[kind]))
    flow.finish(providers[kind], answer, browser="b1")

    with pytest.raises(SocialLoginError):
        flow.finish(providers[kind], answer, browser="b1")


@pytest.mark.parametrize("browser", ["", "b2"])
def test_an_answer_works_in_the_browser_that_started_it(
    flow, server, providers, browser
):
    answer = server.visit(_start(flow, providers["oidc"]))

    with pytest.raises(SocialLoginError):
        flow.finish(providers["oidc"], answer, browser=browser)
    # The visitor who started it is not disturbed by that.
    flow.finish(providers["oidc"], answer, browser="b1")


def test_an_answer_for_one_provider_serves_no_other(flow, server, providers):
    answer = server.visit(_start(flow, providers["oidc"]))
    other = replace(providers["github"])

    with pytest.raises(SocialLoginError):
        flow.finish(other, answer, browser="b1")


def test_an_answer_expires(flow, server, providers, clock):
    answer = server.visit(_start(flow, providers["oidc"]))
    clock.advance(601)

    with pytest.raises(SocialLoginError):
        flow.finish(providers["oidc"], answer, browser="b1")


@pytest.mark.parametrize(
    "fault", ["nonce", "audience", "issuer", "expired", "unsigned", "key"]
)
def test_an_id_token_that_is_wrong_is_refused(flow, server, providers, fault):
    answer = server.visit(_start(flow, providers["oidc"]))
    server.faults.add(fault)

    with pytest.raises(SocialLoginError):
        flow.finish(providers["oidc"], answer, browser="b1")


@pytest.mark.parametrize("kind", ["oidc", "github"])
def test_a_stolen_code_is_worthless_without_its_verifier(flow, server, providers, kind):
    stolen = server.visit(_start(flow, providers[kind]))
    own = server.visit(_start(flow, providers[kind]))

    with pytest.raises(SocialLoginError):
        flow.finish(providers[kind], own | {"code": stolen["code"]}, browser="b1")


def test_an_answer_of_another_issuer_is_refused(flow, server, providers):
    answer = server.visit(_start(flow, providers["oidc"]))

    with pytest.raises(SocialLoginError):
        flow.finish(
            providers["oidc"], answer | {"iss": "https://evil.example"}, browser="b1"
        )


def test_a_refusal_of_the_visitor_is_said_so(flow, server, providers):
    answer = server.visit(_start(flow, providers["oidc"]))

    with pytest.raises(SocialLoginError, match="did not allow"):
        flow.finish(
            providers["oidc"], answer | {"error": "access_denied"}, browser="b1"
        )


@pytest.mark.parametrize("kind", KINDS)
def test_a_provider_that_does_not_answer_is_unavailable(flow, server, providers, kind):
    answer = server.visit(_start(flow, providers[kind]))
    server.faults.add("down")

    with pytest.raises((UnavailableError, SocialLoginError)):
        flow.finish(providers[kind], answer, browser="b1")


def test_the_secret_of_a_provider_is_not_printed(providers):
    assert "test-secret" not in repr(providers["oidc"])
