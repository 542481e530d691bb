"""Celery's task class, whose runs are rows of the ledger."""

import inspect
from collections.abc import Callable
from functools import cached_property
from typing import Any

from celery import Task

from carboy.core import is_secret_name

from .execute import execute


class LedgerTask(Task):
    """A task whose runs are rows of the ledger."""

    abstract = True
    unique: bool | str | Callable[..., str] | None = None
    # Celery's own attributes `queue` and `priority` are on their way out.
    home_queue: str | None = None
    home_priority: int | None = None

    @classmethod
    def bind(cls, app: Any) -> Any:
        """Set the limits of the site where the task has none of its own."""
        if cls.time_limit is not None and cls.soft_time_limit is None:
            # Celery begins to count for the kill when the soft limit is over.
            cls.soft_time_limit = 0
        return super().bind(app)

    @cached_property
    def secret_positions(self) -> tuple[int, ...]:
        """Positions of arguments whose parameter is named as a secret."""
        names = enumerate(inspect.signature(self.run).parameters)
        return tuple(at for at, name in names if is_secret_name(name))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function: at once when code calls it, claimed first in a worker."""
        request = self.request
        if request.called_directly or request.is_eager:
            return self.run(*args, **kwargs)
        return execute(self, self.app.site, args, kwargs)

    def on_success(self, _value: Any, task_id: str, *_arguments: Any) -> None:
        """Note that what follows was sent."""
        request = self.request
        if has_followers(request):
            self.app.site.ledger.mark_followed(task_id)


def has_followers(request: Any) -> bool:
    """Return whether something has to be sent after a run."""
    return bool(request.chain or request.callbacks or request.chord)
