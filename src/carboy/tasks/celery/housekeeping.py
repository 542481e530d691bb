"""What a worker does beside its tasks: rings again, prunes, gives signs of life."""

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
from carboy.tasks.broker.address import is_embedded
from carboy.tasks.ledger.recovery import Recovery
from carboy.tasks.schedules import Scheduler
from carboy.tasks.worker import BEAT, PULSE, EndQueue, fork_lock

log = logging.getLogger("carboy.tasks")

_PERIOD = 0.5
_PULSE_PERIOD = 1.0
_LOST_PERIOD = 2.0
_PRUNE_PERIOD = 300.0
_REST = 20
_LONGEST_REST = 5.0
_REMIND_PERIOD = 60.0


class Housekeeper:
    """A thread of the worker's main process."""

    def __init__(
        self, site: TasksState, about: str, scheduler: Scheduler | None
    ) -> None:
        self._site = site
        self._about = about
        self._scheduler = scheduler
        settings = site.settings
        has_broker = not is_embedded(site.broker_url)
        notify = site.notify if has_broker else None
        self._recovery = Recovery(
            site.ledger, notify, site.depth, settings.resend_after
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="carboy-keeper", daemon=True
        )
        self._jobs: list[tuple[float, Callable[[], object]]] = []
        self._next: dict[int, float] = {}
        self._remind_at: dict[str, float] = {}

    def start(self, *more: tuple[float, Callable[[], object]]) -> None:
        """Begin, with `more` jobs by their periods; show the worker in the list."""
        self._site.active_runs.describe("worker", self._about)
        # Nobody waits for this thread, so it may ask for the broker more often.
        self._site.broker_pause.pause = _PERIOD
        self._jobs = [
            (_PERIOD, self._recovery.offer_due),
            (_LOST_PERIOD, self._recovery.recover),
            (60.0, self._clean),
            (_PRUNE_PERIOD, self._prune),
            *more,
        ]
        if self._scheduler is not None:
            self._scheduler.sync()
            self._jobs.append((_PERIOD, self._scheduler.tick))
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.is_set():
            for number, (period, job) in enumerate(self._jobs):
                now = time.monotonic()
                if now >= self._next.get(number, 0.0):
                    self._do(job)
                    self._next[number] = now + max(period, self._rest_since(now))
            self._stop.wait(_PERIOD)

    def _rest_since(self, began: float) -> float:
        """Return how long a job rests: it must not take all the time."""
        if self._site.broker_pause.is_open:
            # It took that long because the broker is away, and does not any more soon.
            return 0.0
        # The database may have to step over many dead rows.
        return min(_REST * (time.monotonic() - began), _LONGEST_REST)

    def _do(self, job: Callable[[], object]) -> None:
        name = getattr(job, "__name__", "job").strip("_")
        with fork_lock.lock:
            try:
                job()
            except Exception as error:  # noqa: BLE001 - broker or database may be away; they come back
                # Not at each try, which would be twice a second.
                now = time.monotonic()
                if now >= self._remind_at.get(name, 0.0):
                    self._remind_at[name] = now + _REMIND_PERIOD
                    log.warning("%s has to wait: %s", name, error)
            else:
                self._remind_at.pop(name, None)

    def _clean(self) -> None:
        liveness.remove_dead(self._site.folder / "owners")
        self._site.live.prune_workers()

    def _prune(self) -> None:
        site, settings = self._site, self._site.settings
        operations.prune(
            site.ledger,
            site.live,
            keep_results=settings.keep_results,
            keep_errors=settings.keep_errors,
        )


class HousekeepingStep(bootsteps.StartStopStep):
    """Starts the keeper with the worker, once its pool is there."""

    requires = ("celery.worker.components:Pool", "celery.worker.components:Timer")

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        _worker_pid[:] = [os.getpid()]
        self._housekeeper: Housekeeper | None = None
        if _pool_name(worker) != "gevent":
            # Before the pool is forked, and inherited by its processes.
            site = worker.app.site
            site.end_queue = EndQueue(site.ledger)

    def start(self, worker: Any) -> None:
        """Start to look after things."""
        site = worker.app.site
        if site.end_queue is not None:
            site.end_queue.start()
        # The pool `solo` stops the loop, which could release nothing meanwhile.
        is_solo = _pool_name(worker) == "solo"
        site.claims_ahead = not is_solo
        about = f"{_pool_name(worker)} x {worker.concurrency}: {_queues(worker)}"
        scheduler = None
        if os.environ.get(BEAT):
            scheduler = Scheduler(site, worker.app.schedules)
        self._housekeeper = Housekeeper(site, about, scheduler)
        # Not the thread of the housekeeper, which waits for the database.
        worker.timer.call_repeatedly(_PULSE_PERIOD, _beat)
        self._housekeeper.start(*([(_PULSE_PERIOD, _beat)] if is_solo else []))
        maintain = getattr(getattr(worker.pool, "_pool", None), "maintain_pool", None)
        if worker.use_eventloop and maintain is not None:
            # By itself the pool notices the death of a process after five seconds.
            worker.timer.call_repeatedly(_PERIOD, maintain)

    def stop(self, worker: Any) -> None:  # noqa: ARG002 - the signature is Celery's
        """Stop the housekeeper; the pool may still be at work."""
        if self._housekeeper is not None:
            self._housekeeper.stop()

    terminate = stop


@signals.worker_process_init.connect
def _start_pool_process(**_options: Any) -> None:
    if os.getpid() in _worker_pid:
        # The pool `solo` works in the main process.
        return
    for worker_pid in _worker_pid:
        die_with_parent(worker_pid)
    for site in _sites:
        site.active_runs.is_expendable = True


@signals.worker_shutdown.connect
def _unlock(**_options: Any) -> None:
    """Release the claims of this worker after its pool has ended."""
    for site in _sites:
        if site.end_queue is not None:
            site.end_queue.close()
            site.end_queue = None
        site.active_runs.close()


_worker_pid: list[int] = []
_sites: list[TasksState] = []


def watch(site: TasksState) -> None:
    """Note whose pool processes this process is going to start."""
    _sites[:] = [site]


def _beat() -> None:
    """Notify the supervisor that the event loop is running."""
    pulse = int(os.environ.get(PULSE, "-1"))
    if pulse >= 0:
        with contextlib.suppress(OSError):
            os.write(pulse, b".")


def _pool_name(worker: Any) -> str:
    return str(worker.pool_cls.__module__).rpartition(".")[2]


def _queues(worker: Any) -> str:
    return ", ".join(worker.app.amqp.queues.consume_from)
