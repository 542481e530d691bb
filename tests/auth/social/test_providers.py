"""Providers have their usual addresses."""

from carboy.auth.social import github, google, oidc, wechat


def test_providers_have_their_usual_addresses():
    assert google("a", "b").base_url == "https://accounts.google.com"
    assert github("a", "b").api_url == "https://api.github.com"
    assert wechat("a", "b").scope == "snsapi_login"
    assert wechat("a", "b", in_app=True).scope == "snsapi_userinfo"
    assert oidc("x", "X", "https://id.example/", "a", "b").base_url == (
        "https://id.example"
    )
