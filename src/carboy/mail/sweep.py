"""Find the mails of processes that ended while they were sending."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from .delivery import Delivery
from .errors import MailNotSentError
from .outbox import FAILED, HANDOVER, SENDING, WAITING

log = logging.getLogger("carboy.mail")


@dataclass(frozen=True, slots=True)
class Swept:
    """The ids of the mails that a sweep found, by what became of them."""

    returned: tuple[str, ...]
    failed: tuple[str, ...]
    undecided: tuple[str, ...]


def sweep(
    delivery: Delivery,
    claimed_before: float,
    start_task: Callable[[str], object] | None = None,
    ensure_task: Callable[[str], object] | None = None,
) -> Swept:
    """Return mails to `waiting`, or to a decision if a server may have them.

    A mail that was taken too often fails: it may be what ends the processes. The task
    of a mail starts first: a sweep that is killed in between is made up by the next.
    `ensure_task` is called with mails that wait: theirs was given up if the database
    was away for long.
    """
    outbox = delivery.outbox
    if ensure_task is not None:
        for mail_id in outbox.list_ids(WAITING, claimed_before=claimed_before):
            ensure_task(mail_id)
    returned, failed, undecided = [], [], []
    for mail_id in outbox.list_ids(SENDING, claimed_before=claimed_before):
        mail = outbox.find(mail_id)
        if mail is not None and mail.attempts > delivery.retries:
            if outbox.return_claim(mail_id, claimed_before, FAILED):
                failed.append(mail_id)
            continue
        if start_task is not None:
            start_task(mail_id)
        if outbox.return_claim(mail_id, claimed_before, WAITING):
            returned.append(mail_id)
    for mail_id in outbox.list_ids(HANDOVER, claimed_before=claimed_before):
        if outbox.abandon_handover(mail_id, claimed_before):
            log.error("The mail %s needs a decision: carboy mail list", mail_id)
            undecided.append(mail_id)
    return Swept(tuple(returned), tuple(failed), tuple(undecided))


def send_waiting(delivery: Delivery) -> dict[str, str]:
    """Send each mail that waits, and return the states: for sites without tasks."""
    ended = {}
    for mail_id in delivery.outbox.list_ids(WAITING):
        try:
            ended[mail_id] = delivery.deliver(mail_id, only_waiting=True)
        except MailNotSentError as error:
            log.warning("The mail %s still waits: %s", mail_id, error)
            ended[mail_id] = WAITING
    return ended
