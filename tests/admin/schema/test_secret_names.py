"""Names of secrets are known; names that merely contain such a word are none."""

import pytest

from carboy.admin.schema.secret_names import is_secret_column


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "password_hash",
        "pw_hash",
        "api_key",
        "apikey",
        "accessToken",
        "otp",
        "client_secret",
        "salt",
        "pin_code",
        "private_key",
        "Passwd",
        "totp_secret",
    ],
)
def test_secrets_are_recognized(name: str) -> None:
    assert is_secret_column(name)


@pytest.mark.parametrize(
    "name", ["keywords", "passenger", "passport_no", "spinning", "title", "monkey_id"]
)
def test_other_names_are_none(name: str) -> None:
    assert not is_secret_column(name)
