"""Actions on many rows: asked about row by row, in batches, resumable."""

from .action_job import ActionJob, process_job
from .action_report import ActionReport
from .action_rows import apply_action
from .action_task import add_action_task, find_run, start_job

__all__ = [
    "ActionJob",
    "ActionReport",
    "add_action_task",
    "apply_action",
    "find_run",
    "process_job",
    "start_job",
]
