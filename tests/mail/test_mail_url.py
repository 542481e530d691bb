"""MAIL_URL is parsed, and its password is never shown."""

import pytest

from carboy.errors import SettingsError
from carboy.mail.mail_url import parse_mail_url


def test_a_url_names_user_password_host_and_port():
    address = parse_mail_url("smtp://me:p@ss/wo:rd@mail.example.com:587")

    assert (address.user, address.password) == ("me", "p@ss/wo:rd")
    assert (address.host, address.port, address.starttls) == (
        "mail.example.com",
        587,
        True,
    )


@pytest.mark.parametrize(
    "url",
    ["mail.example.com", "ftp://x", "smtp://", "smtp://u:s3cr3t@h:587?tls=no",
     "smtp://u:s3cr3t@h:99999", "smtp://u:s3cr3t@h?timeout=soon",
     "smtp://u:s3cr3t@h?verify=maybe"],
)  # fmt: skip
def test_a_wrong_url_is_an_error_without_the_password(url: str):
    with pytest.raises(SettingsError) as caught:
        parse_mail_url(url)

    assert "MAIL_URL" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_no_representation_shows_the_password():
    address = parse_mail_url("smtps://me:s3cr3t@mail.example.com")

    assert "s3cr3t" not in repr(address) + address.shown
    assert address.port == 465
