"""What the battery keeps for one app."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, has_app_context

from carboy.core import AppState
from carboy.db import SQLAlchemy

from .broker.address import find_broker, is_embedded
from .ledger.database import Database, make_file_engine
from .ledger.ledger import Ledger
from .ledger.runs import RunRequest, Runs
from .ledger.status import StatusTables
from .ledger.tables import LIVE_METADATA, METADATA
from .settings import TaskSettings
from .worker import ActiveRuns, Claiming, EndQueue

log = logging.getLogger("carboy.tasks")

_BREAK_SECONDS = 3.0
_START_SECONDS = 10.0

Clock = Callable[[], float]
Who = Callable[[], str | None]
Guard = Callable[[], bool]


@dataclass
class BrokerPause:
    """Keeps requests from waiting for a broker that just did not answer."""

    pause: float = _BREAK_SECONDS
    until: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the broker should be left alone for now."""
        return time.monotonic() < self.until

    def trip(self) -> None:
        """Leave the broker alone for a while."""
        self.until = time.monotonic() + self.pause


class TasksState:
    """Ledger, live figures and broker of one app."""

    def __init__(
        self,
        app: Flask,
        settings: TaskSettings,
        find_celery: Callable[[], Any],
        clock: Clock | None,
    ) -> None:
        self.app = app
        self.settings = settings
        self._find_celery = find_celery
        self.clock = clock
        self.folder = Path(app.instance_path) / "tasks"
        self.broker_url = find_broker(settings)
        self.broker_pause = BrokerPause()
        self.claiming = Claiming()
        # In a worker: what writes the ends of runs.
        self.end_queue: EndQueue | None = None
        # Whether a worker may claim more runs than it can begin at once.
        self.claims_ahead = True
        self.who: Who | None = None
        self.guard: Guard | None = None
        self.run_now = settings.run_now
        # `carboy dev` starts the worker at the same time as the web server.
        self.warn_at = time.monotonic() + _START_SECONDS
        db = app.extensions.get("sqlalchemy")
        self.db = db if isinstance(db, SQLAlchemy) else None

    @property
    def celery(self) -> Any:
        """The Celery app, made when it is first needed."""
        return self._find_celery()

    @cached_property
    def database(self) -> Database:
        """Where the ledger lies: the app's database, or a file."""
        return Database(self._find_engine, METADATA)

    @cached_property
    def live_database(self) -> Database:
        """Where live figures lie."""
        if self.database.dialect == "sqlite":
            path = self.folder / "live.sqlite"
            engine = make_file_engine(path, synchronous="OFF")
            return Database(lambda: engine, LIVE_METADATA, is_derived=True)
        return Database(self._find_engine, LIVE_METADATA)

    @cached_property
    def live(self) -> StatusTables:
        """Progress, workers and log lines."""
        return StatusTables(self.live_database, self.clock)

    @cached_property
    def ledger(self) -> Ledger:
        """Writes runs."""
        return Ledger(
            self.database,
            self.live_database,
            self.folder / "owners",
            max_deliveries=self.settings.max_deliveries,
            lost_after=self.settings.lost_after,
            clock=self.clock,
        )

    @cached_property
    def runs(self) -> Runs:
        """Reads runs."""
        return Runs(self.database)

    @cached_property
    def active_runs(self) -> ActiveRuns:
        """What this process works on."""
        return ActiveRuns(self.ledger, self.live, self.folder / "owners", self.claiming)

    def writing_session(self) -> Any:
        """Return the session of the context if it has something to commit, or None."""
        if self.db is None or not has_app_context():
            return None
        if not self.db.session.registry.has():
            return None
        session = self.db.session()
        return session if session.is_writing() else None

    def notify(self, run: RunRequest) -> bool:
        """Send the message for a run; False if the broker does not answer now."""
        if is_embedded(self.broker_url):
            return True
        if self.broker_pause.is_open:
            return False
        try:
            self.celery.send_message(run)
        except Exception as error:  # noqa: BLE001 - each transport has errors of its own
            self.broker_pause.trip()
            log.warning(
                "The broker does not answer (%s: %s). The run %s is in the ledger and "
                "starts when a worker finds it there.",
                type(error).__name__,
                error,
                run.id,
            )
            return False
        return True

    def depth(self, queue: str) -> int | None:
        """Count what the broker holds for workers; without one, what waits."""
        if is_embedded(self.broker_url):
            return self.runs.count_waiting(queue)
        try:
            with self.celery.connection_for_read() as connection:
                channel = connection.default_channel
                return int(channel.queue_declare(queue, passive=True).message_count)
        except Exception as error:  # noqa: BLE001 - a queue that is not there counts as empty
            log.debug("The queue %s could not be counted: %s", queue, error)
            return 0

    def _find_engine(self) -> sa.Engine:
        if self.db is None:
            return self._own_engine
        with self.app.app_context():
            engine: sa.Engine = self.db.engine
            return engine

    @cached_property
    def _own_engine(self) -> sa.Engine:
        return make_file_engine(self.folder / "ledger.sqlite", synchronous="FULL")


tasks_state: AppState[TasksState] = AppState("tasks")
