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

    def send_now(self, envelope: Envelope, mailer: str, subject: str) -> None:
        """Send a mail without a row; one that is not sent gets a row, and an error."""
        outcome = self.attempt(envelope, mailer, lambda: None)
        state, reason, left = _turn_state(outcome, envelope)
        if state != states.SENT or self.keeps_sent:
            stored = envelope if left is None else _with_recipients(envelope, left)
            stored_state = states.FAILED if state == states.WAITING else state
            self.outbox.add(
                None,
                stored,
                mailer=mailer,
                subject=subject,
                state=stored_state,
                reason=reason,
            )
        if state != states.SENT:
            raise MailNotSentError(_advise(envelope.id, state, reason))

    def deliver(self, mail_id: str) -> str:
        """Send the mail of a row, and return its new state.

        Raise `MailNotSentError` if it should be tried again later. A mail that may
        have been delivered is never sent again without a decision.
        """
        token = secrets.token_hex(16)
        if not self.outbox.claim(mail_id, token):
            return self._report_unclaimed(mail_id)
        mail = self.outbox.find(mail_id)
        if mail is None:
            return states.SENT

        def before_handover() -> None:
            if not self.outbox.mark_handover(mail_id, token):
                raise _LostClaimError(f"Another process sends the mail {mail_id}.")

        try:
            outcome = self.attempt(mail.envelope, mail.mailer, before_handover)
        except _LostClaimError:
            return states.SENDING
        state, reason, left = _turn_state(outcome, mail.envelope)
        if state == states.WAITING and mail.attempts > self.retries:
            state = states.FAILED
        self.outbox.finish(mail_id, token, state, reason, left)
        if state == states.WAITING:
            raise MailNotSentError(reason)
        if state != states.SENT:
            log.error("%s", _advise(mail_id, state, reason))
        elif not self.keeps_sent:
            self.outbox.delete(mail_id)
        return state

    def _report_unclaimed(self, mail_id: str) -> str:
        if self.outbox.abandon_handover(mail_id):
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


def _with_recipients(envelope: Envelope, recipients: tuple[str, ...]) -> Envelope:
    return Envelope(
        envelope.id,
        envelope.sender,
        recipients,
        envelope.content,
        envelope.mail_options,
        envelope.rcpt_options,
    )


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
