"""Actions on many rows as a task, which shows its progress and survives its worker."""

from pkgutil import resolve_name
from typing import Any

from flask import Flask

from carboy.admin.console import AdminConsole, source_state
from carboy.admin.console_user import console_user_state
from carboy.core import AppState, get_current_app, registry_of

from .action_job import ActionJob, process_job
from .action_report import ActionReport

TASK_NAME = "carboy.admin.actions"


def add_action_task(app: Flask) -> None:
    """Make the task known to workers, on a site that has tasks."""
    tasks: Any = registry_of(app).installed.get("tasks")
    if tasks is not None:
        tasks.task(name=TASK_NAME)(run_job)


def start_job(console: AdminConsole, job: ActionJob) -> Any:
    """Start the task of an action; return its run, or None on a site without tasks."""
    tasks: Any = registry_of(console.app).installed.get("tasks")
    if tasks is None:
        return None
    return tasks.celery.tasks[TASK_NAME].delay(console.name, job.to_json())


def find_run(console: AdminConsole, run_id: str) -> Any:
    """Return the run of an action, or None."""
    tasks: Any = registry_of(console.app).installed.get("tasks")
    result = None if tasks is None else tasks.find(run_id)
    run = None if result is None else result.run
    return run if run is not None and run.task == TASK_NAME else None


def run_job(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Do an action with all rows of a job, from the last stored batch on."""
    # Imported here: a site without tasks need not have Celery.
    open_cursor, progress = (
        resolve_name(f"carboy.tasks:{each}") for each in ("open_cursor", "progress")
    )
    console: AdminConsole = AppState[Any](f"carboy.{name}").of(get_current_app())
    job = ActionJob.from_json(values)
    source_state.set(console.name)
    console_user_state.set(job.user)
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
