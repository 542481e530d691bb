"""The errors of mail are errors of Carboy."""

from carboy.errors import CarboyError
from carboy.mail.errors import AddressError, BadHeaderError, MailNotSentError


def test_all_errors_can_be_handled_as_one():
    for kind in (AddressError, BadHeaderError, MailNotSentError):
        assert issubclass(kind, CarboyError)
