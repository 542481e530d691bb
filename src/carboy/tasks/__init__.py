"""Background work on Celery that loses nothing, needs no broker, and shows progress.

The command line that starts workers is in `tasks.commands`; pages for people are in
`tasks.pages`.
"""

from . import requirements as requirements
from .app_state import tasks_state
from .broker.address import is_embedded
from .cursor import Cursor, open_cursor
from .errors import TaskCancelledError, TaskUsageError, UnknownRunError
from .extension import Tasks, make_celery
from .ledger.runs import Filter, Run
from .once import once
from .progress import is_cancelled, progress, track
from .results import RunResult
from .settings import TaskSettings
from .task import TaskFunction

__all__ = [
    "Cursor",
    "Filter",
    "Run",
    "RunResult",
    "TaskCancelledError",
    "TaskFunction",
    "TaskSettings",
    "TaskUsageError",
    "Tasks",
    "UnknownRunError",
    "is_cancelled",
    "is_embedded",
    "make_celery",
    "once",
    "open_cursor",
    "progress",
    "tasks_state",
    "track",
]
