"""Deliver mails: which mailer, which failures are tried again, and which are not."""

import logging
import secrets
from dataclasses import dataclass

from . import outbox as states
from .errors import MailNotSentError
from .mailers import Envelope, Handover, Mailer
from .outbox import Outbox
from .outcome import Outcome

log = logging.getLogger("carboy.mail")

_CLAIMABLE = (states.WAITING, states.SENDING)


class _LostClaimError(MailNotSentError):
    """Raised before the hand-over when another process sends the mail by now."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends by the mailers of a site."""

    mailers: dict[str, Mailer]
    fallback: str
    outbox: Outbox
    retries: int
    keeps_sent: bool

    def attempt(
        self, envelope: Envelope, mailer: str, before_handover: Handover
    ) -> Outcome:
        """Send by a mailer, or by the fallback if nobody has the mail after that."""
        outcome = self.mailers[mailer].send(envelope, before_handover)
        if outcome.state != "temporary" or self.fallback in {"", mailer}:
            return outcome
        log.warning("The mailer %s does not take mails: %s", mailer, outcome.reason)
        return self.mailers[self.fallback].send(envelope, before_handover)

    def send_now(self, envelope: Envelope, mailer: str) -> None:
        """Send a mail without a row: one of tests, which stays in the process."""
        self.attempt(envelope, mailer, lambda: None)

    def send_claimed(self, envelope: Envelope, mailer: str, token: str) -> None:
        """Send the mail of a row that this process has inserted and claimed.

        One that is not sent is kept, and raises `MailNotSentError`.
        """
        ended = self._send_row(envelope, mailer, token, is_last=True)
        if ended is not None and ended[0] != states.SENT:
            raise MailNotSentError(_advise(envelope.id, *ended))

    def deliver(self, mail_id: str, *, only_waiting: bool = False) -> str:
        """Send the mail of a row, and return its new state.

        Raise `MailNotSentError` if it should be tried again later. A mail that may
        have been delivered is never sent again without a decision.
        """
        token = secrets.token_hex(16)
        claimable = (states.WAITING,) if only_waiting else _CLAIMABLE
        if not self.outbox.claim(mail_id, token, claimable):
            return self._report_unclaimed(mail_id, is_handed=not only_waiting)
        mail = self.outbox.find(mail_id)
        if mail is None:
            return states.SENT
        is_last = mail.attempts > self.retries
        ended = self._send_row(mail.envelope, mail.mailer, token, is_last=is_last)
        if ended is None:
            return states.SENDING
        state, reason = ended
        if state == states.WAITING:
            raise MailNotSentError(reason)
        if state != states.SENT:
            log.error("%s", _advise(mail_id, state, reason))
        return state

    def _send_row(
        self, envelope: Envelope, mailer: str, token: str, *, is_last: bool
    ) -> tuple[str, str] | None:
        """Return the state and the reason, or None if another process has the mail."""

        def before_handover() -> None:
            if not self.outbox.mark_handover(envelope.id, token):
                raise _LostClaimError(f"Another process sends the mail {envelope.id}.")

        try:
            outcome = self.attempt(envelope, mailer, before_handover)
        except _LostClaimError:
            return None
        state, reason, left = _turn_state(outcome, envelope)
        if state == states.WAITING and is_last:
            state = states.FAILED
        if state == states.SENT and not self.keeps_sent:
            # In one step: a row that a killed process left as sent would stay for ever.
            self.outbox.delete(envelope.id)
        else:
            self.outbox.finish(envelope.id, token, state, reason, left)
        return state, reason

    def _report_unclaimed(self, mail_id: str, *, is_handed: bool) -> str:
        if is_handed and self.outbox.abandon_handover(mail_id):
            log.error("The mail %s needs a decision: carboy mail list", mail_id)
        mail = self.outbox.find(mail_id)
        return states.SENT if mail is None else mail.state

    def close(self) -> None:
        """Close the connections of all mailers."""
        for mailer in self.mailers.values():
            mailer.close()


def _turn_state(
    outcome: Outcome, envelope: Envelope
) -> tuple[str, str, tuple[str, ...] | None]:
    """Return the state of the row, the reason, and the recipients that are left."""
    if outcome.state == "undecided":
        # A refused recipient has no mail for certain, but the mail is one decision.
        return states.UNDECIDED, outcome.reason, None
    if outcome.state == "permanent":
        return states.FAILED, outcome.reason, None
    if outcome.state == "temporary":
        gone = set(outcome.refused) - set(outcome.later)
        left = tuple(name for name in envelope.recipients if name not in gone)
        return states.WAITING, outcome.reason, left if gone else None
    if not outcome.refused:
        return states.SENT, "", None
    reason = "; ".join(f"{name}: {text}" for name, text in outcome.refused.items())
    if outcome.later:
        return states.WAITING, reason, outcome.later
    return states.FAILED, reason, tuple(outcome.refused)


def _advise(mail_id: str, state: str, reason: str) -> str:
    if state == states.UNDECIDED:
        return (
            f"The mail {mail_id} was handed over, and the server did not answer "
            f"({reason}). It is not sent again, as it could arrive twice. Decide with "
            f"carboy mail send {mail_id} or carboy mail discard {mail_id}."
        )
    return (
        f"The mail {mail_id} was not sent to all recipients: {reason}. It is kept: "
        f"carboy mail show {mail_id}."
    )
