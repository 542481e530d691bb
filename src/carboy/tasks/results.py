"""What a call gives back: the run, for the code that asked for it.

Apart from `celery_result`, so that the type is there without Celery.
"""

from typing import Any

from . import operations
from .app_state import TasksState
from .errors import UnknownRunError
from .ledger.runs import Run
from .ledger.status import RunProgress


class RunResult:
    """One run; also everything that Celery's `AsyncResult` is."""

    id: str
    app: Any

    def __getattr__(self, name: str) -> Any:
        """Declare to type checkers that it has what Celery's results have."""
        msg = f"{type(self).__name__!r} object has no attribute {name!r}"
        raise AttributeError(msg)

    @property
    def site(self) -> TasksState:
        """Ledger and broker of the app at work."""
        site: TasksState = self.app.site
        return site

    @property
    def run(self) -> Run:
        """The row as it is now."""
        run = self.site.runs.find(self.id)
        if run is None:
            msg = (
                f"There is no run {self.id!r}. It was asked for in a transaction that "
                f"is not committed, it was rolled back with it, or it is pruned."
            )
            raise UnknownRunError(msg)
        return run

    @property
    def progress(self) -> RunProgress | None:
        """How far it is, or None if it did not tell."""
        return self.site.live.find_progress([self.id]).get(self.id)

    def cancel(self) -> bool:
        """Stop it: before it begins, or while it runs."""
        return operations.cancel(self.site.ledger, self.id)

    def revoke(self, *_args: Any, **_options: Any) -> None:
        """Do what `cancel` does, for code written for Celery."""
        self.cancel()

    def retry(self) -> bool:
        """Run it again after it ended."""
        site = self.site
        if not operations.retry(site.ledger, site.live, self.id):
            return False
        site.notify(self.run)
        return True
