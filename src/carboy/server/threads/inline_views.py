"""Runs quick views on the thread that dispatches requests, where nobody waits for it.

`inline_state.py` holds the states and their table; decision 008 holds the figures.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from .inline_state import InlineState
from .view_threads import ThreadSlot, ViewPool

# As long as Python lets one thread keep the interpreter for itself.
_CHECK_INTERVAL = 0.005
# A view that waits for a database does not end in that time.
_QUICK = 0.0003
_DIGITS = "0123456789"
_MAX_PATHS, _MAX_PATH_LENGTH = 1024, 256
# Points for a quick request and against a slow one; so many make it trusted.
_TRUSTED, _MAX_POINTS = 8, 32
_SLOW_PENALTY, _OVERDUE_PENALTY = 8, 200


class Job(Protocol):
    """A request that waits for a thread."""

    is_slow: bool

    @property
    def method(self) -> str:
        """The method."""

    @property
    def path(self) -> str:
        """The path, without the query string."""


JobT = TypeVar("JobT", bound=Job)


class LatencyHistory:
    """How long requests take, by method and path, and whether slow ones are running."""

    def __init__(self) -> None:
        self.points: dict[tuple[str, str], int] = {}
        # A list, because append and pop are atomic on any thread.
        self.slow_jobs: list[None] = []

    def start_slow(self, job: Job) -> None:
        """Record that a job is queued that may take its time."""
        job.is_slow = True
        self.slow_jobs.append(None)

    def on_done(self, job: Job, seconds: float) -> None:
        """Record that a view thread has run a job."""
        if job.is_slow:
            self.slow_jobs.pop()
        self.note(job.method, job.path, seconds)

    def is_quick(self, method: str, path: str) -> bool:
        """Return whether such requests have been quick lately."""
        # Numbers at the end are what `<int:id>` takes: one view for all of them.
        return self.points.get((method, path.rstrip(_DIGITS)), 0) >= _TRUSTED

    def note(self, method: str, path: str, seconds: float) -> None:
        """Record one request; a single long one counts more than many short ones."""
        points_by_path = self.points
        key = method, path.rstrip(_DIGITS)
        points = points_by_path.get(key)
        if points is None:
            if len(path) > _MAX_PATH_LENGTH:
                return
            if len(points_by_path) >= _MAX_PATHS:
                # Clients choose the path, and must not be able to fill the memory.
                points_by_path.clear()
            points = 0
        if seconds > _QUICK:
            is_overdue = seconds >= _CHECK_INTERVAL
            points_by_path[key] = points - (
                _OVERDUE_PENALTY if is_overdue else _SLOW_PENALTY
            )
        elif points < _MAX_POINTS:
            points_by_path[key] = points + 1


class InlineViews(Generic[JobT]):
    """Runs known quick jobs on the dispatching thread, and queues all others.

    To pass a request to a view thread wakes up two threads, which takes as long as a
    small view. A quick job runs inline as long as no slower one is under way.
    """

    def __init__(
        self,
        pool: ViewPool[JobT],
        work: Callable[[JobT, ThreadSlot], None],
        history: LatencyHistory,
    ) -> None:
        self._pool = pool
        self._work = work
        self._history = history
        self._slot = pool.add_slot()
        self._state = InlineState(lambda: self._is_running_for(_CHECK_INTERVAL))
        self._dispatchers: set[int] = set()
        threading.Thread(target=self._watch, name="inline-watch", daemon=True).start()

    def dispatch(self, job: JobT) -> None:
        """Run or queue a job; on one of Granian's two threads, which may rest then."""
        history, state = self._history, self._state
        if not history.is_quick(job.method, job.path):
            self.enqueue(job)
        elif history.slow_jobs or not state.start():
            self._pool.put(job)
        else:
            self._run(job)
        if not state.is_resting:
            self._rest()

    def enqueue(self, job: JobT) -> None:
        """Queue a job that may take its time for a view thread."""
        self._history.start_slow(job)
        self._pool.put(job)

    def is_stuck(self, seconds: float) -> bool:
        """Return whether a view runs inline for so long and nobody took over."""
        return self._state.is_unattended and self._is_running_for(seconds)

    def close(self) -> None:
        """Wake all resting threads, and end the watcher."""
        self._state.close()

    def _run(self, job: JobT) -> None:
        slot = self._slot
        slot.ident = threading.get_ident()
        try:
            self._work(job, slot)
            seconds = time.monotonic() - slot.since
            if seconds > _QUICK:
                self._history.note(job.method, job.path, seconds)
        finally:
            slot.since = 0.0
            self._state.finish()

    def _rest(self) -> None:
        """Rest if there is another thread to dispatch requests."""
        ident = threading.get_ident()
        if ident not in self._dispatchers:
            self._dispatchers.add(ident)
            threading.current_thread().name = "view-0"
        # Granian starts the second one when a request comes while the first is busy.
        if len(self._dispatchers) > 1:
            self._state.rest()

    def _is_running_for(self, seconds: float) -> bool:
        since = self._slot.since
        return since > 0 and time.monotonic() - since >= seconds

    def _watch(self) -> None:
        while self._state.wait_for_views():
            while True:
                time.sleep(_CHECK_INTERVAL)
                if not self._state.check():
                    break
