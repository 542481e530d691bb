"""The results that Celery makes for our runs."""

from typing import Any

from celery.result import AsyncResult

from carboy.tasks.results import RunResult

_PERIOD = 0.05


class LedgerResult(RunResult, AsyncResult):
    """One run, as Celery's own code wants it."""

    def get(self, timeout: float | None = None, **options: Any) -> Any:
        """Wait for the result; raise what the task raised."""
        _ = self.run
        options.setdefault("interval", _PERIOD)
        return super().get(timeout=timeout, **options)
