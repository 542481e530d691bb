"""What a worker does beside its tasks: rings again, prunes, gives signs of life."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from celery import bootsteps, signals

from carboy.processes import die_with_parent
from carboy.tasks import liveness, operations
from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.recovery import Sweeper
from carboy.tasks.liveness import Owner
from carboy.tasks.schedules.scheduler import Scheduler
from carboy.tasks.worker.supervisor import BEAT, PULSE

log = logging.getLogger("carboy.tasks")

_PERIOD = 0.5
_LOST_PERIOD = 2.0
_PRUNE_PERIOD = 300.0
_LOOP_SILENT_AFTER = 6.0
_FORK_PATIENCE = 2.0


class _Quiet:
    """Keeps a fork from happening while the keeper's thread holds locks."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._held = False
        os.register_at_fork(
            before=self._before, after_in_parent=self._after, after_in_child=self._child
        )

    def _before(self) -> None:
        self._held = self.lock.acquire(timeout=_FORK_PATIENCE)

    def _after(self) -> None:
        if self._held:
            self._held = False
            self.lock.release()

    def _child(self) -> None:
        self.lock = threading.Lock()
        self._held = False


_quiet = _Quiet()


class Keeper:
    """A thread of the worker's main process."""

    def __init__(
        self, site: TasksState, about: str, scheduler: Scheduler | None
    ) -> None:
        self._site = site
        self._about = about
        self._scheduler = scheduler
        settings = site.settings
        self._sweeper = Sweeper(site.ledger, site.ring, site.depth, settings.ring_again)
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="carboy-keeper", daemon=True
        )
        self._owner: Owner | None = None
        self._pulse = int(os.environ.get(PULSE, "-1"))
        self._turned = time.monotonic()
        self._jobs: list[tuple[float, Callable[[], object]]] = []
        self._next: dict[int, float] = {}

    def turned(self) -> None:
        """Note that the worker's event loop is alive."""
        self._turned = time.monotonic()

    def start(self) -> None:
        """Begin to look after things."""
        self._owner = Owner(self._site.folder / "owners")
        # Nobody waits for this thread, so it may ask for the broker more often.
        self._site.breaker.pause = _PERIOD
        self._jobs = [
            (2.0, self._sign),
            (_PERIOD, self._sweeper.sweep_due),
            (_LOST_PERIOD, self._sweeper.sweep_lost),
            (60.0, self._clean),
            (_PRUNE_PERIOD, self._prune),
        ]
        if self._scheduler is not None:
            self._scheduler.sync()
            self._jobs.append((_PERIOD, self._scheduler.tick))
        self._thread.start()

    def stop(self) -> None:
        """End it, and take the worker off the list."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        if self._owner is not None:
            with contextlib.suppress(Exception):
                self._site.live.sign_off(self._owner.id)
            self._owner.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._beat()
            for number, (period, job) in enumerate(self._jobs):
                now = time.monotonic()
                if now >= self._next.get(number, 0.0):
                    self._next[number] = now + period
                    self._do(job)
            self._stop.wait(_PERIOD)

    def _do(self, job: Callable[[], object]) -> None:
        with _quiet.lock:
            try:
                job()
            except Exception as error:  # noqa: BLE001 - broker or database may be away; they come back
                name = getattr(job, "__name__", "job")
                log.warning("%s has to wait: %s", name.strip("_"), error)

    def _beat(self) -> None:
        """Tell the supervisor that the event loop turns."""
        silent = time.monotonic() - self._turned
        if self._pulse >= 0 and silent < _LOOP_SILENT_AFTER:
            with contextlib.suppress(OSError):
                os.write(self._pulse, b".")

    def _sign(self) -> None:
        if self._owner is not None:
            place = liveness.place_of(self._site.folder / "owners")
            self._site.live.sign(self._owner.id, place, "worker", self._about)

    def _clean(self) -> None:
        folder = self._site.folder / "owners"
        for dead in liveness.list_dead(folder):
            liveness.forget(folder, dead)
        self._site.live.prune_workers()

    def _prune(self) -> None:
        site, settings = self._site, self._site.settings
        operations.prune(
            site.ledger,
            site.live,
            keep_results=settings.keep_results,
            keep_errors=settings.keep_errors,
        )


class KeeperStep(bootsteps.StartStopStep):
    """Starts the keeper with the worker, once its pool is there."""

    requires = ("celery.worker.components:Pool", "celery.worker.components:Timer")

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        _worker_pid[:] = [os.getpid()]
        self._keeper: Keeper | None = None

    def start(self, worker: Any) -> None:
        """Start to look after things."""
        site = worker.app.site
        about = f"{_pool_name(worker)} x {worker.concurrency}: {_queues(worker)}"
        scheduler = None
        if os.environ.get(BEAT):
            scheduler = Scheduler(site, worker.app.schedules)
        self._keeper = Keeper(site, about, scheduler)
        self._keeper.start()
        worker.timer.call_repeatedly(1.0, self._keeper.turned)

    def stop(self, worker: Any) -> None:
        """Stop the keeper, and what this process itself worked on."""
        if self._keeper is not None:
            self._keeper.stop()
        worker.app.site.desk.close()

    terminate = stop


@signals.worker_process_init.connect
def _start_pool_process(**_options: Any) -> None:
    for worker_pid in _worker_pid:
        die_with_parent(worker_pid)
    for site in _sites:
        site.forget_connections()


_worker_pid: list[int] = []
_sites: list[TasksState] = []


def watch(site: TasksState) -> None:
    """Let children of this process make connections of their own."""
    _sites[:] = [site]


def _pool_name(worker: Any) -> str:
    return str(worker.pool_cls.__module__).rpartition(".")[2]


def _queues(worker: Any) -> str:
    return ", ".join(worker.app.amqp.queues.consume_from)
