"""Celery's worker, on all queues that the tasks of the site name."""

import sys
import warnings
from typing import Any

from celery.apps.worker import Worker
from celery.platforms import SecurityWarning

from carboy.tasks.worker import make_block


class LedgerWorker(Worker):
    """A worker that misses no queue unless it is started for some of them."""

    def on_before_init(self, quiet: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002 - Celery's own
        """Prepare; that root runs it is a line of the banner, and no wall of text."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)
            super().on_before_init(quiet=quiet, **options)

    def setup_defaults(self, **options: Any) -> None:
        """Leave time limits to the tasks, see `LedgerTask.bind`."""
        super().setup_defaults(**options)
        self.time_limit = options.get("time_limit")
        self.soft_time_limit = options.get("soft_time_limit")

    def setup_queues(self, include: Any, exclude: Any = None) -> None:
        """Choose the queues."""
        super().setup_queues(include or list_queues(self.app), exclude)

    def emit_banner(self) -> None:
        """Print the banner."""
        pool = str(self.pool_cls.__module__).rpartition(".")[2]
        names = (name for name in self.app.tasks if not name.startswith("celery."))
        block = make_block(
            self.hostname,
            str(self.app.conf.broker_url),
            pool="threads" if pool == "thread" else pool,
            concurrency=self.concurrency,
            queues=list(self.app.amqp.queues.consume_from),
            tasks=sorted(names),
        )
        # Prints of tasks are redirected to the log; this is not one of them.
        print(block, end="", file=sys.__stderr__, flush=True)


def list_queues(celery: Any) -> list[str]:
    """List the default queue and each queue that a task names."""
    homes = (getattr(task, "home_queue", None) for task in celery.tasks.values())
    named = {home for home in homes if home}
    default = str(celery.conf.task_default_queue)
    return [default, *sorted(named - {default})]
