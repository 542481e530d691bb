"""The table of mails that are to be sent, and of those that need a decision."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from carboy.db import OwnTables, make_later_column, make_sqlite_engine

from .mailers import Envelope

WAITING, SENDING, HANDOVER = "waiting", "sending", "handover"
SENT, FAILED, UNDECIDED, DISCARDED = "sent", "failed", "undecided", "discarded"
STATES = (WAITING, SENDING, HANDOVER, SENT, FAILED, UNDECIDED, DISCARDED)
# What a person may send again or discard.
OPEN = (WAITING, SENDING, HANDOVER, FAILED, UNDECIDED)


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A row of the table."""

    id: str
    state: str
    mailer: str
    subject: str
    envelope: Envelope
    reason: str
    attempts: int
    created: float


class Outbox:
    """Reads and writes the rows; each change of a state is one conditional UPDATE."""

    def __init__(self, find_engine: Callable[[], sa.Engine], table: str) -> None:
        self._find_engine = find_engine
        self._table = make_table(table)
        self._own_tables = OwnTables(self._table.metadata)

    @property
    def engine(self) -> sa.Engine:
        """The engine, with the table created."""
        engine = self._find_engine()
        self._own_tables.create(engine)
        return engine

    def prepare(self, session: Session) -> None:
        """Create the table for a session that is going to write into it."""
        self._own_tables.prepare(session)

    def add(
        self,
        execute: Callable[[Any], Any] | None,
        envelope: Envelope,
        *,
        mailer: str,
        subject: str,
        state: str = WAITING,
        token: str = "",
    ) -> None:
        """Insert a mail, with `execute` of a session or in a transaction of its own.

        With a `token`, the process that inserts it has claimed it already.
        """
        statement = sa.insert(self._table).values(
            id=envelope.id,
            state=state,
            mailer=mailer,
            subject=subject[:500],
            sender=envelope.sender,
            recipients=json.dumps(envelope.recipients),
            options=json.dumps([envelope.mail_options, envelope.rcpt_options]),
            content=envelope.content,
            reason="",
            attempts=1 if token else 0,
            token=token,
            created=time.time(),
            claimed=time.time() if token else 0.0,
        )
        if execute is not None:
            execute(statement)
        else:
            with self.engine.begin() as connection:
                connection.execute(statement)

    def find(self, mail_id: str) -> StoredMail | None:
        """Return a mail, or None."""
        query = sa.select(self._table).where(self._table.c.id == mail_id)
        with self.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _make_mail(row)

    def list_mails(
        self, states: tuple[str, ...] = STATES, *, search: str = "", limit: int = 200
    ) -> list[StoredMail]:
        """Return the newest mails in these states."""
        columns = self._table.c
        query = sa.select(self._table).where(columns.state.in_(states))
        if search:
            found = [
                column.icontains(search, autoescape=True)
                for column in (columns.subject, columns.recipients, columns.sender)
            ]
            query = query.where(sa.or_(*found))
        query = query.order_by(columns.created.desc(), columns.id).limit(limit)
        with self.engine.connect() as connection:
            return [_make_mail(row) for row in connection.execute(query)]

    def count(self, *states: str) -> int:
        """Count the mails in these states."""
        query = sa.select(sa.func.count()).where(self._table.c.state.in_(states))
        with self.engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def list_ids(self, state: str, *, claimed_before: float | None = None) -> list[str]:
        """Return the ids of the mails in a state, the oldest first."""
        columns = self._table.c
        query = sa.select(columns.id).where(columns.state == state)
        if claimed_before is not None:
            query = query.where(columns.claimed < claimed_before)
            query = query.where(columns.created < claimed_before)
        with self.engine.connect() as connection:
            return list(connection.scalars(query.order_by(columns.created)))

    def claim(
        self, mail_id: str, token: str, states: tuple[str, ...] = (WAITING, SENDING)
    ) -> bool:
        """Begin an attempt, which ends the one of a process that was killed."""
        return self._change(
            mail_id,
            states,
            state=SENDING,
            token=token,
            attempts=self._table.c.attempts + 1,
            claimed=time.time(),
        )

    def return_claim(self, mail_id: str, claimed_before: float, state: str) -> bool:
        """End the attempt of a process that never handed the mail over."""
        reason = "The process ended before it handed the mail over."
        condition = self._table.c.claimed < claimed_before
        return self._change(
            mail_id, (SENDING,), None, condition, state=state, token="", reason=reason
        )

    def mark_handover(self, mail_id: str, token: str) -> bool:
        """Write that the mail is handed over now; False if the attempt was ended."""
        # HANDOVER too: the first mailer may have refused the mail after it.
        return self._change(
            mail_id, (SENDING, HANDOVER), token, state=HANDOVER, claimed=time.time()
        )

    def abandon_handover(
        self, mail_id: str, claimed_before: float | None = None
    ) -> bool:
        """Leave the mail of a process that ended in the middle to a decision."""
        reason = "The process ended after it handed the mail over."
        condition = (
            None if claimed_before is None else self._table.c.claimed < claimed_before
        )
        return self._change(
            mail_id, (HANDOVER,), None, condition, state=UNDECIDED, reason=reason
        )

    def finish(
        self,
        mail_id: str,
        token: str,
        state: str,
        reason: str = "",
        recipients: tuple[str, ...] | None = None,
    ) -> bool:
        """End an attempt; `recipients` are those that are still to be reached."""
        values: dict[str, Any] = {"state": state, "reason": reason[:2000]}
        if recipients is not None:
            values["recipients"] = json.dumps(recipients)
        states = (SENDING, HANDOVER, UNDECIDED)
        return self._change(mail_id, states, token, **values)

    def decide(self, mail_id: str, state: str) -> bool:
        """Send a mail again (`waiting`), or never (`discarded`), as a person decides.

        A mail that a process sends at this moment is left alone.
        """
        return self._change(
            mail_id, (WAITING, FAILED, UNDECIDED), state=state, token="", attempts=0
        )

    def delete(self, mail_id: str) -> None:
        """Delete a mail that was sent."""
        statement = sa.delete(self._table).where(self._table.c.id == mail_id)
        with self.engine.begin() as connection:
            connection.execute(statement)

    def _change(
        self,
        mail_id: str,
        states: tuple[str, ...],
        token_held: str | None = None,
        condition: sa.ColumnElement[bool] | None = None,
        **values: Any,
    ) -> bool:
        columns = self._table.c
        statement = (
            sa
            .update(self._table)
            .where(columns.id == mail_id, columns.state.in_(states))
            .values(**values)
        )
        if token_held is not None:
            statement = statement.where(columns.token == token_held)
        if condition is not None:
            statement = statement.where(condition)
        with self.engine.begin() as connection:
            return bool(connection.execute(statement).rowcount)


def make_table(name: str) -> sa.Table:
    """Return the table; its rows are small, but for the mail itself."""
    content = sa.LargeBinary().with_variant(
        sa.LargeBinary(2**32 - 1), "mysql", "mariadb"
    )
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("mailer", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(500), nullable=False),
        sa.Column("sender", sa.String(320), nullable=False),
        sa.Column("recipients", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("content", content, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("created", sa.Float(53), nullable=False),
        # When a process took the mail, or handed it over.
        make_later_column("claimed", sa.Float(53), "0"),
    )


def make_file_engine(path: Path) -> sa.Engine:
    """Return an engine on a file, for a site without a database."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return make_sqlite_engine(f"sqlite:///{path}", synchronous="FULL")


def _make_mail(row: Any) -> StoredMail:
    mail_options, rcpt_options = json.loads(row.options)
    envelope = Envelope(
        row.id,
        row.sender,
        tuple(json.loads(row.recipients)),
        bytes(row.content),
        tuple(mail_options),
        tuple(rcpt_options),
    )
    return StoredMail(
        row.id,
        row.state,
        row.mailer,
        row.subject,
        envelope,
        row.reason,
        row.attempts,
        row.created,
    )
