"""Keep mails in memory, for tests."""

from carboy.mail.outcome import SENT, Outcome

from .mailer import Envelope, Handover


class MemoryMailer:
    """Keeps what was sent, in order."""

    def __init__(self, limit: int = 1000) -> None:
        self.address = "memory:"
        self.sent: list[Envelope] = []
        self._limit = limit

    def send(self, envelope: Envelope, before_handover: Handover) -> Outcome:
        """Keep the mail."""
        before_handover()
        self.sent.append(envelope)
        del self.sent[: -self._limit]
        return SENT

    def close(self) -> None:
        """Do nothing: there is nothing open."""
