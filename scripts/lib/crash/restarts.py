"""Kill and restart the broker of a worker, and measure how soon it works again."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from lib.services import Server

from . import site as site_module
from .trial import Plan, Worker, count_effects

_STEP = 0.1
_TIMEOUT = 60.0


@dataclass(slots=True)
class RestartsResult:
    """The tasks of a trial, and the seconds from each restart of the broker."""

    sent: int = 0
    done: int = 0
    resumed: list[float] = field(default_factory=list)
    caught_up: list[float] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost and the worker resumed within five seconds."""
        return self.sent == self.done and all(each < 5 for each in self.resumed)


def run_restarts(
    number: int, folder: Path, server: Server, *, away: float = 1.0
) -> RestartsResult:
    """Restart `server` `number` times, while tasks are sent continuously."""
    os.environ["CRASH_FOLDER"], os.environ["CRASH_BROKER"] = str(folder), server.url
    app = site_module.create_app()
    plan = Plan(server.name, "prefork", concurrency=2)
    worker = Worker(plan, folder, server.url, alone=False)
    result = RestartsResult()
    with app.app_context():
        site_module.db.create_all()
        worker.start()
        try:
            _send(result)
            _wait(folder, result.sent)
            for _ in range(number):
                _restart_once(result, folder, server, away)
            result.done = count_effects(folder)
        finally:
            worker.stop()
    return result


def _restart_once(
    result: RestartsResult, folder: Path, server: Server, away: float
) -> None:
    server.kill()
    end = time.monotonic() + away
    while time.monotonic() < end:
        _send(result)
        time.sleep(_STEP)
    server.start()
    start = time.monotonic()
    before = count_effects(folder)
    # Earlier tasks wait in the queue: any task that ends shows that the worker works.
    _send(result)
    while count_effects(folder) == before and time.monotonic() - start < _TIMEOUT:
        time.sleep(_STEP / 10)
    result.resumed.append(time.monotonic() - start)
    _wait(folder, result.sent)
    result.caught_up.append(time.monotonic() - start)


def _send(result: RestartsResult) -> None:
    site_module.short.delay(result.sent)
    result.sent += 1


def _wait(folder: Path, number: int) -> None:
    end = time.monotonic() + _TIMEOUT
    while count_effects(folder) < number and time.monotonic() < end:
        time.sleep(_STEP / 2)
