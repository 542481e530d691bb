"""Schedules as Celery writes and runs them: `beat_schedule`, and `celery beat`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from celery.beat import Scheduler as CelerySchedulerBase
from celery.schedules import crontab, schedule

from carboy.tasks.errors import TaskUsageError
from carboy.tasks.schedules import (
    Every,
    Rule,
    Schedule,
    Scheduler,
    make_schedule,
    parse_cron,
)

_PERIOD = 0.25


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
    schedules = {}
    for name, entry in entries.items():
        rule = _parse(name, entry["schedule"], zone)
        args, kwargs = entry.get("args", ()), entry.get("kwargs", {})
        schedules[name] = make_schedule(name, entry["task"], rule, args, kwargs)
    return schedules


def _parse(name: str, value: Any, zone: str) -> Rule:
    if isinstance(value, int | float):
        return Every(float(value))
    if isinstance(value, timedelta):
        return Every(value.total_seconds())
    if isinstance(value, crontab):
        fields = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
        parts = [str(getattr(value, f"_orig_{field}")) for field in fields]
        return parse_cron(" ".join(parts), zone)
    if isinstance(value, schedule):
        return Every(value.run_every.total_seconds())
    msg = (
        f"The schedule {name!r} in beat_schedule is {value!r}, which is neither a "
        f"number of seconds, a timedelta nor a crontab."
    )
    raise TaskUsageError(msg)
