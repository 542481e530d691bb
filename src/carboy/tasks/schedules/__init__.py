"""When scheduled tasks are due, and the process that starts them.

Celery's own beat uses `tasks.celery.beat`.
"""

from .beat import run_beat
from .cron import Every, Rule, parse_cron, parse_span
from .scheduler import Schedule, Scheduler, make_schedule

__all__ = [
    "Every",
    "Rule",
    "Schedule",
    "Scheduler",
    "make_schedule",
    "parse_cron",
    "parse_span",
    "run_beat",
]
