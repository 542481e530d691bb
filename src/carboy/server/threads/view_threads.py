"""The view threads: one queue, one place for each thread to say what it runs."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

Job = TypeVar("Job")


class ThreadSlot:
    """What one view thread is busy with: the thread writes, the watch reads."""

    __slots__ = ("ident", "is_reported", "since", "what")

    def __init__(self) -> None:
        self.ident = 0
        self.since = 0.0
        self.what = ("", "")
        self.is_reported = False

    def enter(self, method: str, path: str) -> None:
        """Note what is being run from now on."""
        self.what = (method, path)
        self.is_reported = False
        self.since = time.monotonic()

    def leave(self) -> None:
        """Be free again."""
        self.since = 0.0


@dataclass(frozen=True, slots=True)
class Busy:
    """A view that is running, without the query string, which may hold secrets."""

    method: str
    path: str
    seconds: float
    stack: str


class ViewPool(Generic[Job]):
    """Threads that run jobs in the order of arrival."""

    def __init__(self, threads: int, work: Callable[[Job, ThreadSlot], None]) -> None:
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self._work = work
        self._places = [ThreadSlot() for _ in range(threads)]
        self._guests: list[ThreadSlot] = []
        self.done: Callable[[Job, float], None] | None = None
        self.put = self._jobs.put
        self.count_waiting = self._jobs.qsize

    def start(self) -> None:
        """Begin to take jobs; the threads live as long as the process."""
        for number, place in enumerate(self._places, 1):
            threading.Thread(
                target=self._run, args=(place,), name=f"view-{number}", daemon=True
            ).start()

    def add_slot(self) -> ThreadSlot:
        """Give a place to views that run on a thread of somebody else's."""
        place = ThreadSlot()
        self._guests.append(place)
        return place

    def count_open(self) -> int:
        """Count the jobs that run or wait."""
        return self.count_waiting() + sum(1 for p in self._all_places() if p.since)

    def list_late(self, seconds: float) -> list[Busy]:
        """Return views that run for longer and were not returned here before."""
        late = []
        now = time.monotonic()
        for place in self._all_places():
            since = place.since
            if since and now - since >= seconds and not place.is_reported:
                place.is_reported = True
                late.append(_describe(place, now - since))
        return late

    def list_busy(self) -> list[Busy]:
        """Return all views that run."""
        now = time.monotonic()
        busy = [(place, place.since) for place in self._all_places()]
        return [_describe(place, now - since) for place, since in busy if since]

    def is_stuck(self, seconds: float) -> bool:
        """Tell whether jobs wait and no thread has ended one for so long."""
        oldest = time.monotonic() - seconds
        return self.count_waiting() > 0 and all(
            place.since and place.since < oldest for place in self._places
        )

    def _all_places(self) -> list[ThreadSlot]:
        return self._places + self._guests

    def _run(self, place: ThreadSlot) -> None:
        place.ident = threading.get_ident()
        take = self._jobs.get
        work, done = self._work, self.done
        while True:
            job = take()
            work(job, place)
            if done is not None:
                done(job, time.monotonic() - place.since)
            place.since = 0.0


def _describe(place: ThreadSlot, seconds: float) -> Busy:
    frame = sys._current_frames().get(place.ident)  # noqa: SLF001 (there is no other)
    stack = "".join(traceback.format_stack(frame)) if frame else ""
    return Busy(*place.what, seconds, stack)
