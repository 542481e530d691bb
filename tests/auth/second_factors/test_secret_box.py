"""Secrets are opened with each key of the site, for one owner and one purpose."""

import pytest

from carboy.auth.second_factors import SecretBox
from carboy.errors import LostError


def test_a_changed_key_opens_old_secrets_while_it_is_a_fallback():
    sealed = SecretBox(["old"], "totp").seal("secret", "1")

    assert SecretBox(["new", "old"], "totp").open(sealed, "1") == "secret"
    with pytest.raises(LostError, match="SECRET_KEY_FALLBACKS"):
        SecretBox(["new"], "totp").open(sealed, "1")


def test_a_secret_is_for_one_owner_and_one_purpose():
    sealed = SecretBox(["key"], "totp").seal("secret", "1")

    with pytest.raises(LostError):
        SecretBox(["key"], "totp").open(sealed, "2")
    with pytest.raises(LostError):
        SecretBox(["key"], "other").open(sealed, "1")


def test_a_site_without_a_key_is_an_error():
    with pytest.raises(ValueError, match="SECRET_KEY"):
        SecretBox([""], "totp")
