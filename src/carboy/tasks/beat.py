"""The scheduler as a process of its own, and as the one that `celery beat` starts."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from celery.beat import Scheduler as CelerySchedulerBase
from celery.schedules import crontab, schedule

from .cron import Every, Rule, parse_cron
from .errors import TaskUsageError
from .owners import Owner, place_of
from .schedules import Schedule, Scheduler, make_schedule
from .site import TaskSite

log = logging.getLogger("carboy.tasks")

_PERIOD = 0.25
_SIGN_PERIOD = 2.0
_PATIENCE = 2.0


def run_beat(
    site: TaskSite, schedules: Mapping[str, Schedule], stop: threading.Event
) -> None:
    """Start what is due until `stop` is set; any number of these may run at once."""
    folder = site.folder / "owners"
    owner = Owner(folder)
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
                site.live.sign(owner.id, place_of(folder), "beat", about)
        except TaskUsageError:
            raise
        except Exception as error:  # noqa: BLE001 - the database may be away; it comes back
            log.warning("The schedules have to wait: %s", error)
            stop.wait(_PATIENCE)
        stop.wait(_PERIOD)
    owner.close()
    site.live.sign_off(owner.id)


class LedgerScheduler(CelerySchedulerBase):
    """Lets `celery beat` start what is due in the ledger's way."""

    def setup_schedule(self) -> None:
        """Store what the code says."""
        self._scheduler = Scheduler(self.app.site, self.app.schedules)
        self._scheduler.sync()

    def tick(self, *_args: Any, **_options: Any) -> float:
        """Start what is due, and say how long to wait."""
        self._scheduler.tick()
        return _PERIOD


def read_celery_schedule(
    entries: Mapping[str, Mapping[str, Any]], zone: str
) -> dict[str, Schedule]:
    """Read Celery's `beat_schedule`."""
    found = {}
    for name, entry in entries.items():
        rule = _rule(name, entry["schedule"], zone)
        args, kwargs = entry.get("args", ()), entry.get("kwargs", {})
        found[name] = make_schedule(name, entry["task"], rule, args, kwargs)
    return found


def _rule(name: str, told: Any, zone: str) -> Rule:
    if isinstance(told, int | float):
        return Every(float(told))
    if isinstance(told, timedelta):
        return Every(told.total_seconds())
    if isinstance(told, crontab):
        fields = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
        parts = [str(getattr(told, f"_orig_{field}")) for field in fields]
        return parse_cron(" ".join(parts), zone)
    if isinstance(told, schedule):
        return Every(told.run_every.total_seconds())
    msg = (
        f"The schedule {name!r} in beat_schedule is {told!r}, which is neither a "
        f"number of seconds, a timedelta nor a crontab."
    )
    raise TaskUsageError(msg)
