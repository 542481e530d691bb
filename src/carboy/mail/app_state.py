"""What the battery keeps for one app."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from carboy.core import AppState
from carboy.db import SQLAlchemy

from .delivery import Delivery
from .dkim import DkimSigner
from .mailers import Envelope
from .message import Message
from .outbox import SENDING, WAITING, Outbox
from .settings import MailSettings
from .sweep import Swept, send_waiting, sweep


@dataclass(slots=True)
class MailState:
    """Settings, delivery and outbox of one app."""

    settings: MailSettings
    delivery: Delivery
    outbox: Outbox
    db: SQLAlchemy | None
    suppress: bool
    signer: DkimSigner | None = None
    # The sender of mails without one.
    sender: Any = None
    # The task that delivers a row, if the battery `tasks` is on.
    task: Any = None
    records: list[list[Message]] = field(default_factory=lambda: [[]])
    previews: dict[str, Callable[[], Message]] = field(default_factory=dict)
    # Who may see the pages; without it, a developer on this machine.
    guard: Callable[[], bool] | None = None

    def find_session(self) -> Any:
        """Return the session of the context if a commit is to come, or None."""
        if self.db is None or not self.db.session.registry.has():
            return None
        session = self.db.session()
        return session if session.is_writing() else None

    def dispatch(self, envelope: Envelope, mailer: str, subject: str) -> None:
        """Send after the commit: by a task if there are tasks, otherwise at once."""
        session = self.find_session()
        if self.suppress:
            self._after_commit(
                session, lambda: self.delivery.send_now(envelope, mailer)
            )
            return
        # Without a task, this process sends it; if it ends, a sweep finds the row.
        token = secrets.token_hex(16) if self.task is None else ""
        state = SENDING if token else WAITING
        execute = None
        if session is not None:
            # The row, that of the task and the changes of the site are one commit.
            self.outbox.prepare(session)
            execute = session.execute
        self.outbox.add(
            execute, envelope, mailer=mailer, subject=subject, state=state, token=token
        )
        if self.task is not None:
            self.task.delay(envelope.id)
            return
        self._after_commit(
            session, lambda: self.delivery.send_claimed(envelope, mailer, token)
        )

    def sweep(self, claimed_before: float | None = None) -> Swept:
        """Find the mails of processes that ended, and send them or have them sent."""
        if claimed_before is None:
            claimed_before = time.time() - self.settings.claim_timeout
        if self.task is not None:
            # The task of a process that ended counts as one until that is found out.
            return sweep(
                self.delivery,
                claimed_before,
                lambda mail_id: self.task.apply_async((mail_id,), unique=False),
                self.task.delay,
            )
        swept = sweep(self.delivery, claimed_before)
        send_waiting(self.delivery)
        return swept

    def _after_commit(self, session: Any, send: Callable[[], None]) -> None:
        if session is None:
            send()
        else:
            session.after_commit(send)


mail_state: AppState[MailState] = AppState("carboy_mail")
