"""What a call gives back: the run, for the code that asked for it."""

from __future__ import annotations

from typing import Any

from celery.result import AsyncResult

from . import service
from .errors import UnknownRunError
from .live import Progress
from .runs import Run
from .site import TaskSite

_PERIOD = 0.05


class RunResult(AsyncResult):
    """One run; also everything that Celery's `AsyncResult` is."""

    @property
    def site(self) -> TaskSite:
        """Ledger and broker of the app at work."""
        site: TaskSite = self.app.site
        return site

    @property
    def run(self) -> Run:
        """The row as it is now."""
        found = self.site.runs.find(self.id)
        if found is None:
            msg = (
                f"There is no run {self.id!r}. It was asked for in a transaction that "
                f"is not committed, it was rolled back with it, or it is pruned."
            )
            raise UnknownRunError(msg)
        return found

    @property
    def progress(self) -> Progress | None:
        """How far it is, or None if it did not tell."""
        return self.site.live.find_progress([self.id]).get(self.id)

    def get(self, timeout: float | None = None, **options: Any) -> Any:
        """Wait for the result; raise what the task raised."""
        _ = self.run
        options.setdefault("interval", _PERIOD)
        return super().get(timeout=timeout, **options)

    def cancel(self) -> bool:
        """Stop it: before it begins, or while it runs."""
        return service.cancel(self.site.ledger, self.id)

    def revoke(self, *_args: Any, **_options: Any) -> None:
        """Do what `cancel` does, for code written for Celery."""
        self.cancel()

    def retry(self) -> bool:
        """Let it run again after it ended."""
        site = self.site
        if not service.retry(site.ledger, site.live, self.id):
            return False
        site.ring(self.run)
        return True
