"""A mini program's code is exchanged once, for the same person as elsewhere."""

import ssl
import time

import pytest

from carboy.auth.social import SocialLoginError
from carboy.auth.social.provider_clients import identify_mini_program, make_client


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


def test_clients_read_the_certificates_once_and_verify_hosts(providers, monkeypatch):
    made = [make_client(providers["oidc"], time.time)]
    # A second one reads nothing: to do so takes longer than the rest of a login.
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", None)
    made.append(make_client(providers["github"], time.time))

    for client in made:
        with client:
            context = client.http._transport._pool._ssl_context
            assert context.verify_mode is ssl.CERT_REQUIRED
            assert context.check_hostname
