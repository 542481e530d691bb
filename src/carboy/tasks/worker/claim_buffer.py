"""Runs that a worker has claimed and not yet passed on to its pool.

To claim many short runs at once is what makes them cheap. A claimed run is out of reach
of other workers, so no more are claimed than the pool ended in the last moment, and
what still waits here after a second is released.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from carboy.tasks.ledger.runs import Run

_WINDOW = 0.2
_KEPT_FOR = 1.0
_MAX_ROOM = 100


class ClaimBuffer:
    """A queue of claimed runs, and the pace at which the pool empties it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._runs: deque[Run] = deque()
        self._ended_at: deque[float] = deque(maxlen=_MAX_ROOM)
        self._filled_at = 0.0

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs)

    def count_end(self) -> None:
        """Note that the pool has ended a run; any thread may do so."""
        self._ended_at.append(self._clock())

    def room(self, free: int) -> int:
        """Return how many runs to claim when `free` can begin at once."""
        since = self._clock() - _WINDOW
        # A copy, because threads of a pool append to it.
        ended = sum(moment > since for moment in tuple(self._ended_at))
        return min(free + ended, max(free, _MAX_ROOM))

    def put(self, runs: Sequence[Run]) -> None:
        """Add runs at the end."""
        self._runs.extend(runs)
        self._filled_at = self._clock()

    def pop(self, number: int) -> list[Run]:
        """Remove and return up to `number` runs from the front."""
        return [self._runs.popleft() for _ in range(min(number, len(self._runs)))]

    def pop_late(self) -> list[Run]:
        """Remove and return the runs that the pool did not get to in time."""
        if not self._runs or self._clock() - self._filled_at < _KEPT_FOR:
            return []
        return self.pop(len(self._runs))
