"""Mail: Flask-Mail's API, sent after the commit, kept until a server has it.

The ways to send are in `carboy.mail.mailers`.
"""

from .addresses import AddressLike
from .connection import MailConnection as Connection
from .errors import AddressError, BadHeaderError, MailError, MailNotSentError
from .extension import Mail
from .message import Attachment, Message
from .settings import MailSettings
from .signals import email_dispatched

__all__ = [
    "AddressError",
    "AddressLike",
    "Attachment",
    "BadHeaderError",
    "Connection",
    "Mail",
    "MailError",
    "MailNotSentError",
    "MailSettings",
    "Message",
    "email_dispatched",
]
