"""The scheduler as a process of its own."""

import logging
import threading
import time
from collections.abc import Mapping

from carboy.tasks.app_state import TasksState
from carboy.tasks.errors import TaskUsageError
from carboy.tasks.liveness import ProcessLock, host_id

from .scheduler import Schedule, Scheduler

log = logging.getLogger("carboy.tasks")

_PERIOD = 0.25
_SIGN_PERIOD = 2.0
_PATIENCE = 2.0


def run_beat(
    site: TasksState, schedules: Mapping[str, Schedule], stop: threading.Event
) -> None:
    """Start what is due until `stop` is set; any number of these may run at once."""
    folder = site.folder / "owners"
    owner = ProcessLock(folder)
    scheduler = Scheduler(site, schedules)
    about = f"{len(schedules)} schedules"
    synced, signed = False, 0.0
    while not stop.is_set():
        try:
            if not synced:
                scheduler.sync()
                synced = True
            scheduler.tick()
            if time.monotonic() - signed > _SIGN_PERIOD:
                signed = time.monotonic()
                site.live.heartbeat(owner.id, host_id(folder), "beat", about)
        except TaskUsageError:
            raise
        except Exception as error:  # noqa: BLE001 - the database may be away; it comes back
            log.warning("The schedules have to wait: %s", error)
            stop.wait(_PATIENCE)
        stop.wait(_PERIOD)
    owner.close()
    site.live.remove_worker(owner.id)
