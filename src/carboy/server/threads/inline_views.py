"""Answering on the thread that brings a request, where that cannot hold up others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

from .view_threads import ThreadSlot, ViewPool

# As long as Python lets one thread keep the interpreter for itself.
_LOOK = 0.005
_QUIET_LOOKS = 40
# A view that waits for a database does not end in that time.
_QUICK = 0.0003
_DIGITS = "0123456789"
_MOST_PATHS, _LONGEST_PATH = 1024, 256
# Points for a quick request and against a slow one; so many make it trusted.
_TRUSTED, _MOST_POINTS = 8, 32
_HITCH, _STALL = 8, 200


class InlineJob(Protocol):
    """A job that can be told by what it asks for."""

    is_slow: bool

    @property
    def method(self) -> str:
        """The method."""

    @property
    def path(self) -> str:
        """The path, without the query string."""


Job = TypeVar("Job", bound=InlineJob)


class LatencyHistory:
    """What is known of how long requests take, by method and path."""

    def __init__(self) -> None:
        self.points: dict[tuple[str, str], int] = {}

    def is_quick(self, method: str, path: str) -> bool:
        """Tell whether such requests have been quick lately."""
        # Numbers at the end are what `<int:id>` takes: one view for all of them.
        return self.points.get((method, path.rstrip(_DIGITS)), 0) >= _TRUSTED

    def note(self, method: str, path: str, seconds: float) -> None:
        """Learn from one request; a single long one counts more than many short."""
        known = self.points
        key = method, path.rstrip(_DIGITS)
        points = known.get(key)
        if points is None:
            if len(path) > _LONGEST_PATH:
                return
            if len(known) >= _MOST_PATHS:
                # Clients choose the path: what they choose must not fill the memory.
                known.clear()
            points = 0
        if seconds > _QUICK:
            known[key] = points - (_STALL if seconds >= _LOOK else _HITCH)
        elif points < _MOST_POINTS:
            known[key] = points + 1


class InlineViews(Generic[Job]):
    """Runs what is known to be quick where it arrives, and gives the pool the rest.

    To hand a request over takes two threads to wake up: as long as a small view runs.
    Granian has two threads for us. One brings requests and may run a view, as long as
    no slower one is under way; the other one rests here. If the view stays, the watch
    sends the other one to bring requests: nobody waits for a view that was misjudged.
    """

    def __init__(self, pool: ViewPool[Job], work: Callable[[Job, ThreadSlot], None]) -> None:
        self._pool = pool
        self._work = work
        self._latencies = LatencyHistory()
        pool.done = self._learn
        self._place = pool.add_slot()
        # Lists, as to take from one and to put back is safe from any thread.
        self._free = [self._place]
        self._slow: list[None] = []
        self._seats = [True]
        # They wake the one that rests, and the watch; once too often does no harm.
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._call: SimpleQueue[None] = SimpleQueue()
        self._known: set[int] = set()
        self._is_relieved = False
        self._is_watched = False
        self._is_fresh = False
        self._is_open = True
        threading.Thread(target=self._watch, name="doorstep", daemon=True).start()

    def admit(self, job: Job) -> None:
        """Run a job or hand it over; on one of Granian's two threads."""
        if not self._latencies.is_quick(job.method, job.path):
            self.hand_over(job)
        elif self._slow or not self._free:
            self._pool.put(job)
        else:
            self._run(job)
        if self._seats and not self._is_relieved:
            self._rest()

    def hand_over(self, job: Job) -> None:
        """Let a view thread run a job that may take its time."""
        job.is_slow = True
        self._slow.append(None)
        self._pool.put(job)

    def close(self) -> None:
        """Let nobody rest any more, and watch no more."""
        self._is_open = False
        self._bell.put(None)
        self._call.put(None)

    def _run(self, job: Job) -> None:
        try:
            place = self._free.pop()
        except IndexError:
            self._pool.put(job)
            return
        self._is_fresh = True
        if not self._is_watched:
            self._is_watched = True
            self._call.put(None)
        place.ident = threading.get_ident()
        try:
            self._work(job, place)
            took = time.monotonic() - place.since
            if took > _QUICK:
                self._latencies.note(job.method, job.path, took)
        finally:
            place.since = 0.0
            self._free.append(place)
            self._is_relieved = False

    def _learn(self, job: Job, seconds: float) -> None:
        if job.is_slow:
            self._slow.pop()
        self._latencies.note(job.method, job.path, seconds)

    def _rest(self) -> None:
        """Park this thread if the other one is there to bring requests."""
        known = self._known
        ident = threading.get_ident()
        if ident not in known:
            known.add(ident)
            threading.current_thread().name = "view-0"
        if len(known) < 2 or not self._is_open:
            return
        try:
            self._seats.pop()
        except IndexError:
            return
        self._bell.get()
        self._seats.append(True)

    def _watch(self) -> None:
        while self._is_open:
            self._call.get()
            quiet = 0
            while quiet < _QUIET_LOOKS or not self._may_leave():
                time.sleep(_LOOK)
                quiet = 0 if self._is_fresh or not self._free else quiet + 1
                self._is_fresh = False
                since = self._place.since
                is_late = since > 0 and time.monotonic() - since >= _LOOK
                # Also the other way: a view that ends just now has said so before.
                self._is_relieved = is_late
                if is_late and not self._seats:
                    self._bell.put(None)

    def _may_leave(self) -> bool:
        """Stop to watch, unless a view has begun that trusts in the watch."""
        self._is_watched = False
        if not self._free:
            self._is_watched = True
        return not self._is_watched
