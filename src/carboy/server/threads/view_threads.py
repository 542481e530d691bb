"""The view threads: one queue, and a slot for each thread that shows what it runs."""

import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

JobT = TypeVar("JobT")


class ThreadSlot:
    """What one view thread is running: the thread writes, the watcher reads."""

    __slots__ = ("ident", "is_reported", "job", "since")

    def __init__(self) -> None:
        self.ident = 0
        self.since = 0.0
        self.job = ("", "")
        self.is_reported = False

    def enter(self, method: str, path: str) -> None:
        """Record what runs from now on."""
        self.job = (method, path)
        self.is_reported = False
        self.since = time.monotonic()

    def leave(self) -> None:
        """Record that nothing runs."""
        self.since = 0.0


@dataclass(frozen=True, slots=True)
class RunningView:
    """A view that is running, without the query string, which may hold secrets."""

    method: str
    path: str
    seconds: float
    stack: str


class ViewPool(Generic[JobT]):
    """Threads that run jobs in the order of arrival."""

    def __init__(
        self,
        threads: int,
        work: Callable[[JobT, ThreadSlot], None],
        on_done: Callable[[JobT, float], None] | None = None,
    ) -> None:
        self._jobs: SimpleQueue[JobT] = SimpleQueue()
        self._work = work
        self._on_done = on_done
        self._slots = [ThreadSlot() for _ in range(threads)]
        self._inline_slots: list[ThreadSlot] = []
        self.put = self._jobs.put
        self.count_waiting = self._jobs.qsize

    def start(self) -> None:
        """Start the threads, which live as long as the process."""
        for number, slot in enumerate(self._slots, 1):
            threading.Thread(
                target=self._run, args=(slot,), name=f"view-{number}", daemon=True
            ).start()

    def add_slot(self) -> ThreadSlot:
        """Return a slot for views that run on another thread than those of the pool."""
        slot = ThreadSlot()
        self._inline_slots.append(slot)
        return slot

    def count_open(self) -> int:
        """Return the number of jobs that run or wait."""
        return self.count_waiting() + sum(1 for slot in self._all_slots() if slot.since)

    def list_late(self, seconds: float) -> list[RunningView]:
        """Return views that run for longer and were not returned here before."""
        late = []
        now = time.monotonic()
        for slot in self._all_slots():
            since = slot.since
            if since and now - since >= seconds and not slot.is_reported:
                slot.is_reported = True
                late.append(_describe(slot, now - since))
        return late

    def list_running(self) -> list[RunningView]:
        """Return all views that run."""
        now = time.monotonic()
        running = [(slot, slot.since) for slot in self._all_slots()]
        return [_describe(slot, now - since) for slot, since in running if since]

    def is_stuck(self, seconds: float) -> bool:
        """Return whether jobs wait and no thread has ended one for so long."""
        oldest = time.monotonic() - seconds
        return self.count_waiting() > 0 and all(
            slot.since and slot.since < oldest for slot in self._slots
        )

    def _all_slots(self) -> list[ThreadSlot]:
        return self._slots + self._inline_slots

    def _run(self, slot: ThreadSlot) -> None:
        slot.ident = threading.get_ident()
        get_job = self._jobs.get
        work, on_done = self._work, self._on_done
        while True:
            job = get_job()
            work(job, slot)
            if on_done is not None:
                on_done(job, time.monotonic() - slot.since)
            slot.since = 0.0


def _describe(slot: ThreadSlot, seconds: float) -> RunningView:
    frame = sys._current_frames().get(slot.ident)  # noqa: SLF001 - there is no public function
    stack = "".join(traceback.format_stack(frame)) if frame else ""
    return RunningView(*slot.job, seconds, stack)
