"""The contract of a mailer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from carboy.mail.outcome import Outcome

Handover = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail as it is handed over: sender, recipients, and its bytes."""

    id: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes
    mail_options: tuple[str, ...] = ()
    rcpt_options: tuple[str, ...] = ()


class Mailer(Protocol):
    """Hands mails over to a server, a file, the console or memory."""

    address: str

    def send(self, envelope: Envelope, before_handover: Handover) -> Outcome:
        """Hand a mail over.

        Call `before_handover` directly before the step after which the mail may be
        delivered. Answers of the server are outcomes and not exceptions.
        """

    def close(self) -> None:
        """Close what is open."""
