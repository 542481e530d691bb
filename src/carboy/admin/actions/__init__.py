"""Actions on many rows: asked about row by row, in batches, resumable."""

from .action_job import ActionJob, process_job
from .action_report import ActionReport
from .action_rows import apply_action, list_bulk_fields
from .action_task import ACTION_TASK, run_job

__all__ = [
    "ACTION_TASK",
    "ActionJob",
    "ActionReport",
    "apply_action",
    "list_bulk_fields",
    "process_job",
    "run_job",
]
