"""Background work on Celery that loses nothing, needs no broker, and shows progress."""

from .conf import is_embedded
from .errors import TaskCancelledError, TaskUsageError, UnknownRunError
from .extension import Tasks, make_celery
from .idempotency import once
from .progress import progress, track
from .results import RunResult
from .runs import Filter, Run
from .settings import TaskSettings
from .site import task_site
from .task import TaskFunction

__all__ = [
    "Filter",
    "Run",
    "RunResult",
    "TaskCancelledError",
    "TaskFunction",
    "TaskSettings",
    "TaskUsageError",
    "Tasks",
    "UnknownRunError",
    "is_embedded",
    "make_celery",
    "once",
    "progress",
    "task_site",
    "track",
]
