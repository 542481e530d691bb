"""A deterministic scheduler: runs threads as greenlets, one step at a time.

A step ends where a thread takes or releases a lock, waits on a queue or sleeps. The
explorer walks through every order of steps; a state that was seen before is not
entered again.
"""

from collections.abc import Callable, Hashable
from typing import Any

import greenlet

Condition = Callable[[], object]


class Thread:
    """One simulated thread, suspended at a step."""

    def __init__(self, scheduler: "Scheduler", name: str, target: Callable) -> None:
        self.name = name
        self._scheduler = scheduler
        self.condition: Condition = lambda: True
        self.greenlet = greenlet.greenlet(target, parent=scheduler.hub)

    def can_run(self) -> bool:
        return not self.greenlet.dead and bool(self.condition())

    def is_asleep_in(self, function: str) -> bool:
        names = [name for name, _ in self.position()[1]]
        return not self.can_run() and function in names

    def position(self) -> tuple[bool, tuple[tuple[str, int], ...]]:
        """Return where it is suspended, as far as it matters for what it does next."""
        frame = self.greenlet.gr_frame
        places = []
        while frame is not None:
            places.append((frame.f_code.co_name, frame.f_lasti))
            frame = frame.f_back
        return self.greenlet.dead, tuple(places)


class Scheduler:
    """The threads of one run, and the replacements for what they synchronise with."""

    def __init__(self) -> None:
        self.hub = greenlet.getcurrent()
        self.threads: list[Thread] = []
        self.now = 1000.0
        self.steps = 0

    def add(self, name: str, target: Callable[[], object]) -> None:
        self.threads.append(Thread(self, name, target))

    def step(self, number: int) -> None:
        self.steps += 1
        self.threads[number].greenlet.switch()

    def list_runnable(self) -> list[int]:
        return [i for i, each in enumerate(self.threads) if each.can_run()]

    def pause(self, condition: Condition = lambda: True) -> None:
        """Let the others run; go on once the condition holds."""
        current = greenlet.getcurrent()
        for thread in self.threads:
            if thread.greenlet is current:
                thread.condition = condition
                self.hub.switch()

    def sleep(self, seconds: float) -> None:
        self.pause()
        self.now += seconds

    def make_lock(self) -> "_Lock":
        return _Lock(self)

    def make_queue(self) -> "_Queue":
        return _Queue(self)


class _Lock:
    """Always free, because no step ends while one is held."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def __enter__(self) -> None:
        self._scheduler.pause()

    def __exit__(self, *_: object) -> None:
        self._scheduler.pause()


class _Queue:
    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.items: list[Any] = []

    def put(self, item: Any) -> None:
        self.items.append(item)

    def get(self) -> Any:
        self._scheduler.pause(lambda: self.items)
        return self.items.pop(0)


def explore(make: Callable[[Scheduler], Any]) -> int:
    """Run every order of steps; return how many states there are.

    `make` builds the system. It has `describe()`, which returns its state, and
    `check(scheduler)`, which raises in a state that must not be.
    """
    seen: set[Hashable] = set()
    pending: list[list[int]] = [[]]
    done: list[int] | None = None
    while pending:
        order = pending.pop()
        if done != order[:-1]:
            # Only the next step of the system at hand needs no new one.
            scheduler = Scheduler()
            system = make(scheduler)
            for number in order[:-1]:
                scheduler.step(number)
        for number in order[-1:]:
            scheduler.step(number)
        done = order
        positions = tuple(each.position() for each in scheduler.threads)
        key = positions, system.describe()
        if key not in seen:
            seen.add(key)
            pending += [[*order, number] for number in scheduler.list_runnable()]
            # It may take further steps, so it comes last.
            system.check(scheduler)
            if scheduler.steps != len(order):
                done = None
    return len(seen)
