"""Kills and restarts the broker under a worker, and times how soon it works again."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from lib.services import Server

from . import site as site_module
from .trial import Plan, Worker, count_effects

_STEP = 0.1
_PATIENCE = 60.0


@dataclass(slots=True)
class Restarts:
    """How long it took, in seconds from the broker's answer on."""

    asked: int = 0
    done: int = 0
    resumed: list[float] = field(default_factory=list)
    caught_up: list[float] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, and work went on within five seconds each time."""
        return self.asked == self.done and all(each < 5 for each in self.resumed)


def run_restarts(
    number: int, folder: Path, server: Server, *, away: float = 1.0
) -> Restarts:
    """Restart `server` as often, while tasks are asked for without a break."""
    os.environ["CRASH_FOLDER"], os.environ["CRASH_BROKER"] = str(folder), server.url
    app = site_module.create_app()
    plan = Plan(server.name, "prefork", concurrency=2)
    worker = Worker(plan, folder, server.url, alone=False)
    found = Restarts()
    with app.app_context():
        site_module.db.create_all()
        worker.start()
        try:
            _ask(found)
            _wait(folder, found.asked)
            for _ in range(number):
                _restart_once(found, folder, server, away)
            found.done = count_effects(folder)
        finally:
            worker.stop()
    return found


def _restart_once(found: Restarts, folder: Path, server: Server, away: float) -> None:
    server.kill()
    end = time.monotonic() + away
    while time.monotonic() < end:
        _ask(found)
        time.sleep(_STEP)
    server.start()
    began = time.monotonic()
    before = count_effects(folder)
    # What was asked for meanwhile waits; the first end of any task shows a worker.
    _ask(found)
    while count_effects(folder) == before and time.monotonic() - began < _PATIENCE:
        time.sleep(_STEP / 10)
    found.resumed.append(time.monotonic() - began)
    _wait(folder, found.asked)
    found.caught_up.append(time.monotonic() - began)


def _ask(found: Restarts) -> None:
    site_module.short.delay(found.asked)
    found.asked += 1


def _wait(folder: Path, number: int) -> None:
    end = time.monotonic() + _PATIENCE
    while count_effects(folder) < number and time.monotonic() < end:
        time.sleep(_STEP / 2)
