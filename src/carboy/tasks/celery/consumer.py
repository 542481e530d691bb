"""What takes messages from the broker, and finds it again soon after it was away."""

import logging
import warnings
from functools import partial
from typing import Any

from celery.exceptions import CPendingDeprecationWarning
from celery.worker.consumer import Consumer

log = logging.getLogger("carboy.tasks")

# Celery waits two seconds more after each try, up to half a minute.
_PAUSES = {"interval_start": 0.2, "interval_step": 0.4, "interval_max": 1.5}


class LedgerConsumer(Consumer):
    """A consumer that looks for its broker at short, steady intervals."""

    def __init__(
        self, *args: Any, worker_options: dict[str, Any] | None = None, **options: Any
    ) -> None:
        # After each connect it would wait a second for other workers, to hear which
        # runs are cancelled: the ledger knows.
        alone = {"without_mingle": True, "without_gossip": True}
        options["worker_options"] = {**(worker_options or {}), **alone}
        super().__init__(*args, **options)

    def ensure_connected(self, conn: Any) -> Any:
        """Connect, however long the broker is away."""
        conn.ensure_connection = partial(conn.ensure_connection, **_PAUSES)
        return super().ensure_connected(conn)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Close a connection that broke, and ignore errors while closing it.

        Giving back what was fetched needs the connection (kombu 5.7, on Redis). Without
        this the whole worker ended, and what it ran with it. The ledger rings again.
        """
        try:
            with warnings.catch_warnings():
                # Tasks at work go on: that is our choice, and no news in each log.
                warnings.simplefilter("ignore", CPendingDeprecationWarning)
                super().on_connection_error_after_connected(exc)
        except AttributeError as error:
            log.debug("A broken connection could not be closed: %s", error)
            self.connection = None
