"""Settings of providers are typed."""

import pytest

from carboy.auth.social import OidcSettings, SocialSettings
from carboy.errors import SettingsError


def test_a_provider_without_a_secret_is_refused_without_showing_the_rest():
    text = '{"company": {"issuer": "https://id.example", "client_id": "secret-one"}}'

    with pytest.raises(SettingsError) as refused:
        SocialSettings.read({"AUTH_SOCIAL_OIDC": text})

    assert "client_secret" in str(refused.value)
    assert "secret-one" not in str(refused.value)


def test_the_repr_has_no_secret():
    keys = ("issuer", "client_id", "client_secret")
    oidc = OidcSettings(**dict(zip(keys, ("i", "1", "geheim"), strict=True)))

    assert repr(oidc) == "OidcSettings(issuer='i', client_id='1')"
