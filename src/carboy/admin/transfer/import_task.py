"""Imports of many rows as a task, which shows its progress and survives its worker."""

from pkgutil import resolve_name
from typing import Any

from carboy.admin.actions import ActionReport
from carboy.admin.background_runs import enter_console

from .import_job import ImportJob, process_import

IMPORT_TASK = "carboy.admin.imports"


def run_import(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Import the rows of a file, from the last stored batch on."""
    # Imported here: a site without tasks need not have Celery.
    open_cursor, progress = (
        resolve_name(f"carboy.tasks:{each}") for each in ("open_cursor", "progress")
    )
    job = ImportJob.from_json(values)
    console = enter_console(name, job.user)
    cursor = open_cursor("rows")
    before, stored = cursor.value or (0, None)
    report = ActionReport.from_json(stored)
    access = console.resume_access(job.user)
    for done, total, batch in process_import(job, console, access, before):
        report.add(batch)
        cursor.save([done, report.to_json()])
        console.session.expunge_all()
        progress(done, total, "")
    return report.to_json()
