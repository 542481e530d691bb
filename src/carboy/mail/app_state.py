"""What the battery keeps for one app."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from carboy.core import AppState
from carboy.db import SQLAlchemy

from .delivery import Delivery
from .mailers import Envelope
from .message import Message
from .outbox import Outbox
from .settings import MailSettings


@dataclass(slots=True)
class MailState:
    """Settings, delivery and outbox of one app."""

    settings: MailSettings
    delivery: Delivery
    outbox: Outbox
    db: SQLAlchemy | None
    suppress: bool
    # The task that delivers a row, if the battery `tasks` is on.
    task: Any = None
    records: list[list[Message]] = field(default_factory=list)
    previews: dict[str, Callable[[], Message]] = field(default_factory=dict)

    def find_session(self) -> Any:
        """Return the session of the context if a commit is to come, or None."""
        if self.db is None or not self.db.session.registry.has():
            return None
        session = self.db.session()
        return session if session.is_writing() else None

    def dispatch(self, envelope: Envelope, mailer: str, subject: str) -> None:
        """Send after the commit: by a task if there are tasks, otherwise at once."""
        session = self.find_session()
        if self.task is None or self.suppress:
            if session is None:
                self.delivery.send_now(envelope, mailer, subject)
            else:
                session.after_commit(
                    lambda: self.delivery.send_now(envelope, mailer, subject)
                )
            return
        if session is None:
            self.outbox.add(None, envelope, mailer=mailer, subject=subject)
        else:
            # The row, that of the task and the changes of the site are one commit.
            self.outbox.prepare(session)
            self.outbox.add(session.execute, envelope, mailer=mailer, subject=subject)
        self.task.delay(envelope.id)


mail_state: AppState[MailState] = AppState("carboy_mail")
