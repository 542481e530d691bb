"""Import a file: upload it, say what its columns are, try it, do it."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import flash, redirect, request
from werkzeug.exceptions import NotFound

from carboy.admin.access import EDIT, IMPORT
from carboy.admin.actions import ActionReport
from carboy.admin.background_runs import find_run, start_task
from carboy.admin.changes import list_form_fields
from carboy.admin.schema import Attribute, ModelAdmin
from carboy.admin.transfer import (
    FIRST_LINE,
    IMPORT_TASK,
    FileError,
    ImportJob,
    RowImporter,
    StoredImport,
    find_import,
    match_headings,
    process_import,
    read_file,
    store_import,
)
from carboy.translation import gettext, ngettext

from .page import ConsolePage

MOST_AT_ONCE = 100
MOST_TRIED = 200
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of the file: its heading, a value, and the attribute that it is."""

    number: int
    heading: str
    sample: str
    name: str


def upload(page: ConsolePage, slug: str) -> Any:
    """Show the form for a file, and read the file."""
    admin = page.get_admin(slug, IMPORT)
    page.require_fresh(admin)
    problem = ""
    if request.method == "POST":
        try:
            file = _store(page, admin)
        except FileError as error:
            problem = str(error)
        else:
            return redirect(page.url("import_file", admin, file=file), 303)
    fields = list_import_fields(page, admin)
    status = 422 if problem else 200
    return page.show("import", status, admin=admin, problem=problem, fields=fields)


def _store(page: ConsolePage, admin: ModelAdmin) -> str:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise FileError(gettext("Choose a file."))
    data = sent.stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        message = gettext("The file is larger than %(limit)d MB.", limit=20)
        raise FileError(message)
    content = read_file(sent.filename, data)
    session = page.console.session
    user = page.console.identify_user(page.access)
    file = store_import(session, user.id, admin.slug, sent.filename, content)
    session.commit()
    return file


def import_file(page: ConsolePage, slug: str, file: str) -> Any:
    """Ask what the columns are, try the first rows, and import all."""
    admin = page.get_admin(slug, IMPORT)
    page.require_fresh(admin)
    user = page.console.identify_user(page.access)
    stored = find_import(page.console.session, user.id, admin.slug, file)
    if stored is None:
        raise NotFound
    fields = list_import_fields(page, admin)
    names = _read_names(stored, fields)
    may_update = page.access.allows_some(EDIT, admin.model)
    is_update = may_update and request.form.get("mode") == "update"
    problem, report = "", None
    if request.method == "POST":
        problem = _find_problem(admin, names, is_update=is_update)
        job = ImportJob(admin.slug, file, tuple(names), is_update, user)
        if not problem and request.form.get("step") == "import":
            return _import(page, admin, stored, job)
        if not problem:
            report = _try(page, admin, stored, job)
    return page.show(
        "import_file",
        422 if problem else 200,
        admin=admin,
        stored=stored,
        fields=fields,
        columns=[
            FileColumn(number, heading, _find_sample(stored, number), names[number])
            for number, heading in enumerate(stored.headings)
        ],
        may_update=may_update,
        is_update=is_update,
        problem=problem,
        report=report,
        tried=min(len(stored.rows), MOST_TRIED),
    )


def show_run(page: ConsolePage, slug: str, file: str, run_id: str) -> Any:
    """Show how far an import is, and which lines have a problem."""
    admin = page.get_admin(slug)
    run, values = find_run(page.console, IMPORT_TASK, run_id)
    job = None if run is None else ImportJob.from_json(values)
    me = page.console.identify_user(page.access)
    if job is None or (job.slug, job.file, job.user.id) != (slug, file, me.id):
        raise NotFound
    report = ActionReport.from_json(run.value) if run.value else None
    label = gettext("Import")
    return page.show("run", admin=admin, label=label, run=run, report=report)


def list_import_fields(page: ConsolePage, admin: ModelAdmin) -> list[Attribute]:
    """Return what a column of a file can be: fields of the form, and the key."""
    writable = page.access.writable(admin)
    fields = list_form_fields(admin, writable, is_new=True)
    visible = page.access.visible(admin.model)
    keys = [visible[name] for name in admin.key_names() if name in visible]
    others = [each for each in fields if each.kind != "file" and each not in keys]
    return [*keys, *others]


def _read_names(stored: StoredImport, fields: list[Attribute]) -> list[str]:
    """Return the attribute of each column: as chosen, or as its heading says."""
    if request.method != "POST":
        return match_headings(stored.headings, fields)
    known = {each.name for each in fields}
    sent = [request.form.get(f"column-{n}", "") for n in range(len(stored.headings))]
    return [name if name in known else "" for name in sent]


def _find_problem(admin: ModelAdmin, names: list[str], *, is_update: bool) -> str:
    given = [name for name in names if name]
    if not given:
        return gettext("Say for at least one column what it is.")
    if len(given) != len(set(given)):
        return gettext("Two columns cannot be the same.")
    if is_update and not set(admin.key_names()) <= set(given):
        return gettext("To change rows, the file needs a column with their keys.")
    return ""


def _try(
    page: ConsolePage, admin: ModelAdmin, stored: StoredImport, job: ImportJob
) -> ActionReport:
    """Import the first rows, and undo it."""
    importer = RowImporter(
        page.console, page.access, admin, job.names, is_update=job.is_update
    )
    rows = stored.rows[:MOST_TRIED]
    report = importer.run(rows, FIRST_LINE)
    page.console.session.rollback()
    return report


def _import(
    page: ConsolePage, admin: ModelAdmin, stored: StoredImport, job: ImportJob
) -> Any:
    console = page.console
    if len(stored.rows) > MOST_AT_ONCE:
        run = start_task(console, IMPORT_TASK, job.to_json())
        if run is not None:
            address = page.url("import_run", admin, file=job.file, run_id=run.id)
            return redirect(address, 303)
    report = ActionReport()
    for _, _, batch in process_import(job, console, page.access):
        console.session.commit()
        report.add(batch)
    text = ngettext(
        "%(num)s row was imported.", "%(num)s rows were imported.", report.done
    )
    flash(text, "success" if report.done else "warning")
    for name, problem in islice(report.problems, 5):
        flash(f"{name}: {problem}", "error")
    return redirect(page.url("list", admin), 303)


def _find_sample(stored: StoredImport, number: int) -> str:
    """Return the first value of a column."""
    values = (row[number] for row in stored.rows[:50] if row[number])
    return next(values, "")[:60]
