"""Each kind of address has its mailer."""

import pytest

from carboy.mail.mail_url import parse_mail_url
from carboy.mail.mailers import open_mailer


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("memory:", "MemoryMailer"),
        ("console:", "ConsoleMailer"),
        ("file:mails", "FileMailer"),
        ("smtp://h", "SmtpMailer"),
        ("smtps://h", "SmtpMailer"),
        ("https://h/send", "HttpMailer"),
    ],
)
def test_an_address_opens_its_mailer(url: str, kind: str):
    assert type(open_mailer(parse_mail_url(url))).__name__ == kind
