"""Accounts are found by the provider's unchanging id, and never merged by mail."""

import pytest

from carboy.auth.social import (
    Identity,
    SocialLoginError,
    decide_login,
    link_identity,
    unlink_identity,
)
from carboy.auth.social.linking import LinkOutcome

ANN = Identity("company", "7", "ann@example.com", is_email_confirmed=True)


def test_a_linked_identity_logs_its_user_in(identities):
    link_identity(identities, "1", ANN)

    decision = decide_login(identities, ANN, is_email_taken=True)

    assert (decision.outcome, decision.user_id) == (LinkOutcome.LOG_IN, "1")


def test_a_known_address_is_a_collision_even_when_it_is_confirmed(identities):
    assert decide_login(identities, ANN, is_email_taken=True).outcome is (
        LinkOutcome.COLLISION
    )
    assert decide_login(identities, ANN, is_email_taken=False).outcome is (
        LinkOutcome.SIGN_UP
    )


def test_the_same_subject_at_another_provider_is_somebody_else(identities):
    link_identity(identities, "1", ANN)

    assert identities.find_owner(Identity("github", "7")) is None


def test_an_identity_of_another_account_cannot_be_linked(identities):
    link_identity(identities, "1", ANN)
    link_identity(identities, "1", ANN)

    with pytest.raises(SocialLoginError, match="Another account"):
        link_identity(identities, "2", ANN)
    assert identities.find_owner(ANN) == "1"


def test_the_last_way_in_cannot_be_unlinked(identities):
    link_identity(identities, "1", ANN)

    with pytest.raises(SocialLoginError, match="only way"):
        unlink_identity(identities, "1", "company", other_ways=0)
    with pytest.raises(SocialLoginError, match="not linked"):
        unlink_identity(identities, "1", "github", other_ways=1)
    unlink_identity(identities, "1", "company", other_ways=1)
    assert identities.list("1") == []


def test_one_of_two_providers_can_be_unlinked(identities):
    link_identity(identities, "1", ANN)
    link_identity(identities, "1", Identity("github", "9"))

    unlink_identity(identities, "1", "company", other_ways=0)

    assert [each.provider for each in identities.list("1")] == ["github"]


def test_wechat_s_three_logins_are_one_account_by_the_unionid(identities):
    code = Identity("wechat", "unionid:u", aliases=("web:o1",))
    in_app = Identity("wechat", "unionid:u", aliases=("official:o2",))
    mini = Identity("wechat", "unionid:u", aliases=("mini:o3",))
    link_identity(identities, "1", code)

    for identity in (in_app, mini, code):
        assert decide_login(identities, identity, is_email_taken=False).user_id == "1"
    assert len(identities.list("1")) == 1
    # The sandbox, or one of the applications left the open platform: an openid only.
    assert identities.find_owner(Identity("wechat", "mini:o3")) == "1"


def test_a_person_known_by_openid_keeps_the_account_when_the_unionid_appears(
    identities,
):
    link_identity(identities, "1", Identity("wechat", "web:o1"))
    joined = Identity("wechat", "unionid:u", aliases=("web:o1",))

    assert decide_login(identities, joined, is_email_taken=False).user_id == "1"
    assert identities.find_owner(Identity("wechat", "unionid:u")) == "1"


def test_two_accounts_of_one_wechat_person_are_not_merged(identities):
    link_identity(identities, "1", Identity("wechat", "web:o1"))
    link_identity(identities, "2", Identity("wechat", "mini:o3"))
    joined = Identity("wechat", "unionid:u", aliases=("mini:o3",))

    with pytest.raises(SocialLoginError):
        link_identity(identities, "1", joined)
    assert identities.find_owner(Identity("wechat", "web:o1")) == "1"
    assert identities.find_owner(Identity("wechat", "mini:o3")) == "2"
