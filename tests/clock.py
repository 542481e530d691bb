"""A clock that stands still until a test moves it."""

START = 1_750_000_000.0


class Clock:
    """Seconds since the epoch, as a callable; only `advance` lets time pass."""

    def __init__(self, now: float = START) -> None:
        self._now = now

    def __call__(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError(f"Time goes forward only, got {seconds!r} seconds.")
        self._now += seconds
