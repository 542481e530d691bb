"""The exceptions of mail."""

from carboy.errors import CarboyError


class MailError(CarboyError):
    """Raised when a mail cannot be built or sent."""


class BadHeaderError(MailError, ValueError):
    """Raised for a header with a line break or another control character."""


class AddressError(MailError, ValueError):
    """Raised for a mail address that cannot be right."""


class MailNotSentError(MailError):
    """Raised when a mail server did not accept a mail."""
