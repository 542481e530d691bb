"""A refused login by a provider is a 400."""

from carboy.auth.social import SocialLoginError


def test_a_refused_login_is_a_400():
    assert SocialLoginError("x").status == 400
