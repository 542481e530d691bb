"""A mini program's code is exchanged once, for the same person as elsewhere."""

import time

import pytest

from carboy.auth.social import SocialLoginError
from carboy.auth.social.provider_clients import identify_mini_program


def test_a_mini_program_identifies_by_the_unionid(server, providers):
    server.person.unionid = "u"
    code = server.make_mini_program_code()

    identity = identify_mini_program(providers["wechat"], code, time.time)

    assert identity.subjects == ("unionid:u", "test-client:7")
    with pytest.raises(SocialLoginError):
        identify_mini_program(providers["wechat"], code, time.time)


def test_without_a_unionid_the_openid_of_the_application_counts(server, providers):
    code = server.make_mini_program_code()

    identity = identify_mini_program(providers["wechat"], code, time.time)

    assert identity.subjects == ("test-client:7",)
