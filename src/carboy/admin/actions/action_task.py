"""Actions on many rows as a task, which shows its progress and survives its worker."""

from pkgutil import resolve_name
from typing import Any

from carboy.admin.background_runs import enter_console

from .action_job import ActionJob, process_job
from .action_report import ActionReport

ACTION_TASK = "carboy.admin.actions"


def run_job(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Do an action with all rows of a job, from the last stored batch on."""
    # Imported here: a site without tasks need not have Celery.
    open_cursor, progress = (
        resolve_name(f"carboy.tasks:{each}") for each in ("open_cursor", "progress")
    )
    job = ActionJob.from_json(values)
    console = enter_console(name, job.user)
    cursor = open_cursor("rows")
    after, stored = cursor.value or ("", None)
    report = ActionReport.from_json(stored)
    access = console.resume_access(job.user)
    for last, batch in process_job(job, console, access, after):
        report.add(batch)
        cursor.save([last, report.to_json()])
        # Constant memory: nothing of a batch is needed for the next one.
        console.session.expunge_all()
        progress(report.count, max(job.total, report.count), "")
    return report.to_json()
