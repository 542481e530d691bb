"""Two calls on one store, in every order of their store operations."""

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

from carboy.stores import MemoryStore

TIMEOUT = 20


class InterleavedStore(MemoryStore):
    """Runs one store operation at a time, in the order of a schedule of callers.

    A caller whose turn comes after it has returned is skipped; when the schedule is
    over, the rest runs in any order.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._turns: list[int] = []
        self._running: set[int] = set()
        self._condition = threading.Condition()
        self._caller = threading.local()

    def run(self, schedule: tuple[int, ...], *calls: Callable[[], Any]) -> list[Any]:
        """Run the calls in threads by this schedule; return their results."""
        results: list[Any] = [None] * len(calls)
        self._turns, self._running = list(schedule), set(range(len(calls)))

        def work(number: int) -> None:
            self._caller.number = number
            try:
                results[number] = calls[number]()
            finally:
                with self._condition:
                    self._running.discard(number)
                    self._condition.notify_all()

        threads = [threading.Thread(target=work, args=(n,)) for n in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(TIMEOUT)
        assert not self._running, "A call did not return."
        return results

    def get(self, key):
        with self._turn():
            return super().get(key)

    def set(self, *arguments, **options):
        with self._turn():
            super().set(*arguments, **options)

    def update(self, *arguments, **options):
        with self._turn():
            return super().update(*arguments, **options)

    def delete(self, key):
        with self._turn():
            return super().delete(key)

    def _turn(self):
        number = getattr(self._caller, "number", None)
        if number is None or getattr(self._caller, "is_inside", False):
            return _Inside(self._caller, None)
        with self._condition:
            assert self._condition.wait_for(lambda: self._is_next(number), TIMEOUT)
            if self._turns:
                self._turns.pop(0)
        return _Inside(self._caller, self._condition)

    def _is_next(self, number: int) -> bool:
        while self._turns and self._turns[0] not in self._running:
            self._turns.pop(0)
        return not self._turns or self._turns[0] == number


class _Inside:
    """Marks operations that an operation calls itself; they need no turn."""

    def __init__(self, caller: Any, condition: Any) -> None:
        self._caller, self._condition = caller, condition

    def __enter__(self) -> None:
        self._was_inside = getattr(self._caller, "is_inside", False)
        self._caller.is_inside = True

    def __exit__(self, *error: object) -> None:
        self._caller.is_inside = self._was_inside
        if self._condition is not None:
            with self._condition:
                self._condition.notify_all()


def list_schedules(first: int, second: int) -> Iterator[tuple[int, ...]]:
    """List every order of `first` operations of one call and `second` of another."""
    for turns in itertools.combinations(range(first + second), first):
        yield tuple(0 if n in turns else 1 for n in range(first + second))
