"""The providers that settings describe, and what is wrong with them."""

import pytest

from carboy.auth import AuthSettings
from carboy.auth.social import check_providers, make_mini_program, make_providers


def read(values):
    return AuthSettings.read({f"AUTH_SOCIAL_{k}": v for k, v in values.items()})


def test_both_values_of_a_provider_switch_it_on():
    assert make_providers(read({})) == []
    settings = read({"GITHUB_ID": "1", "GITHUB_SECRET": "2", "GOOGLE_ID": "3"})
    (provider,) = make_providers(settings)
    assert (provider.name, provider.client_id) == ("github", "1")


def test_wechat_may_be_there_three_times():
    settings = read({
        f"WECHAT_{name}{half}": value
        for name, value in {"": "w", "APP_": "a", "MINI_": "m"}.items()
        for half in ("ID", "SECRET")
    })

    made = [(each.client_id, each.is_in_app) for each in make_providers(settings)]

    assert made == [("w", False), ("a", True)]
    assert make_mini_program(settings).client_id == "m"
    assert make_mini_program(read({})) is None


def test_other_providers_are_read_from_json():
    text = (
        '{"company": {"issuer": "https://id.example/", "client_id": "1", '
        '"client_secret": "2", "trusts_email": true}}'
    )

    (provider,) = make_providers(read({"OIDC": text}))

    assert (provider.name, provider.title) == ("company", "Company")
    assert provider.base_url == "https://id.example"
    assert provider.email_authority == "all"


def test_secrets_are_in_no_repr():
    oidc = {"x": {"issuer": "i", "client_id": "1", "client_secret": "geheim"}}
    settings = read({"GITHUB_ID": "1", "GITHUB_SECRET": "geheim", "OIDC": oidc})

    assert "geheim" not in repr(settings)
    assert "geheim" not in repr(make_providers(settings))
    assert "geheim" not in repr(settings.social_oidc)


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"GITHUB_ID": "1"}, "AUTH_SOCIAL_GITHUB_SECRET"),
        ({"WECHAT_APP_SECRET": "1"}, "AUTH_SOCIAL_WECHAT_APP_ID"),
        ({"WECHAT_MINI_ID": "1"}, "AUTH_SOCIAL_WECHAT_MINI_SECRET"),
    ],
)
def test_half_a_pair_is_reported(values, missing):
    (check,) = check_providers(read(values))

    assert check.id == "auth.E002"
    assert missing in check.message


@pytest.mark.parametrize("name", ["github", "a/b", "", "a b"])
def test_a_name_that_is_no_part_of_an_address_is_reported(name):
    oidc = {name: {"issuer": "i", "client_id": "1", "client_secret": "2"}}

    (check,) = check_providers(read({"OIDC": oidc}))

    assert check.id == "auth.E003"
