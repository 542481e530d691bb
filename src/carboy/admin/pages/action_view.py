"""Actions on chosen rows, or on all that match: asked about first, then done."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, request
from werkzeug.exceptions import BadRequest, Forbidden, NotFound

from carboy.admin.access import DELETE, VIEW
from carboy.admin.actions import (
    ACTION_TASK,
    ActionJob,
    ActionReport,
    list_bulk_fields,
    process_job,
)
from carboy.admin.background_runs import find_run, start_task
from carboy.admin.changes import Deletion, find_deletion_problem, plan_deletion
from carboy.admin.lists import (
    MOST_COUNTED,
    FilterError,
    ListQuery,
    RowSelection,
    last_key,
    parse_filter,
)
from carboy.admin.row_forms import describe_errors, open_row_form
from carboy.admin.schema import ModelAdmin, RowAction
from carboy.translation import gettext, ngettext

from .list_view import list_url, read_query
from .page import ConsolePage

# So many rows are looked at one by one before, and done in the request.
MOST_AT_ONCE = 100
_MOST_SHOWN = 20
# Where each row is asked about, counting ends here.
_MOST_ASKED = 5_000


@dataclass(frozen=True, slots=True)
class Question:
    """What would be done: to how many rows, some of them, and what goes along."""

    count: int
    refused: int
    rows: list[Any]
    plan: Deletion
    problems: list[tuple[Any, str]]


def act(page: ConsolePage, slug: str) -> Any:
    """Ask whether to do an action with the chosen rows, and do it."""
    admin = page.get_admin(slug)
    action = admin.actions.get(request.args.get("action", ""))
    if action is None:
        raise NotFound
    if not page.access.allows_some(action.name, admin.model):
        raise Forbidden
    page.require_fresh(None if action.is_dangerous else admin)
    selection = _read_selection()
    if not selection.keys and not selection.is_all:
        flash(gettext("Choose the rows first."), "warning")
        return redirect(_list_again(page, admin), 303)
    try:
        selection = _limit(page, admin, selection)
        question = _ask(page, admin, action, selection)
    except FilterError as error:
        raise BadRequest(str(error)) from error
    values = _read_values(page, admin) if action.is_change else {}
    form, problem = None, ""
    if action.is_change:
        form, problem = _check_values(page, admin, values)
    is_known = request.form.get("count") == str(question.count)
    if request.method == "POST" and is_known and question.count and not problem:
        user = page.console.identify_user(page.access)
        count = question.count
        job = ActionJob(admin.slug, action.name, selection, user, count, values)
        return _do(page, admin, action, job)
    return page.show(
        "action",
        422 if problem else 409 if request.method == "POST" else 200,
        admin=admin,
        action=action,
        selection=selection,
        question=question,
        form=form,
        chosen=values,
        problem=problem,
        has_changed=request.method == "POST" and not is_known,
        back=_list_again(page, admin),
        most_counted=MOST_COUNTED,
    )


def show_run(page: ConsolePage, slug: str, run_id: str) -> Any:
    """Show how far an action is, and what became of the rows."""
    admin = page.get_admin(slug)
    run, values = find_run(page.console, ACTION_TASK, run_id)
    if run is None:
        raise NotFound
    job = ActionJob.from_json(values)
    me = page.console.identify_user(page.access)
    if job.slug != slug or job.user.id != me.id:
        raise NotFound
    report = ActionReport.from_json(run.value) if run.value else None
    label = job.get_action(page.console).label
    return page.show("run", admin=admin, label=label, run=run, report=report)


def _read_selection() -> RowSelection:
    args = request.args
    query = read_query()
    return RowSelection(
        keys=tuple(args.getlist("key")),
        is_all="all" in args,
        search=query.search,
        filter=args.get("filter", ""),
        at=request.form.get("at", ""),
        until=request.form.get("until", ""),
    )


def _limit(
    page: ConsolePage, admin: ModelAdmin, selection: RowSelection
) -> RowSelection:
    """Return the selection without rows that are added later."""
    if not selection.is_all or selection.until:
        return selection
    session = page.console.session
    now = replace(selection, at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))
    return replace(now, until=now.find_last(session, admin, page.access.visible))


def _ask(
    page: ConsolePage, admin: ModelAdmin, action: RowAction, selection: RowSelection
) -> Question:
    session, access = page.console.session, page.access
    statement = selection.select(admin, access.visible)
    rows = selection.load_after(session, admin, statement, "", MOST_AT_ONCE + 1)
    seen = [row for row in rows if access.allows(VIEW, row)]
    allowed = [row for row in seen if access.allows(action.name, row)]
    plan, problems = Deletion(), []
    if action.is_deletion:
        for row in allowed[:_MOST_SHOWN]:
            found = plan_deletion(session, row)
            plan.deleted += found.deleted
            plan.detached += found.detached
            problem = find_deletion_problem(
                found, lambda each: access.allows(DELETE, each)
            )
            if problem:
                problems.append((row, problem))
    count = len(allowed)
    if len(rows) > MOST_AT_ONCE:
        count = _count(page, admin, action, selection, statement)
    return Question(
        count, len(seen) - len(allowed), allowed[:_MOST_SHOWN], plan, problems
    )


def _count(
    page: ConsolePage,
    admin: ModelAdmin,
    action: RowAction,
    selection: RowSelection,
    statement: Any,
) -> int:
    session, access, model = page.console.session, page.access, admin.model
    if not (access.asks_rows(VIEW, model) or access.asks_rows(action.name, model)):
        return selection.count(session, statement)
    # The number of rows that the user may not see would tell of their values.
    count, after = 0, ""
    while count < _MOST_ASKED:
        rows = selection.load_after(session, admin, statement, after, 500)
        if not rows:
            break
        after = last_key(rows)
        count += sum(
            access.allows(VIEW, row) and access.allows(action.name, row) for row in rows
        )
        session.expunge_all()
    return count


def _read_values(page: ConsolePage, admin: ModelAdmin) -> dict[str, list[str]]:
    """Return the texts of those fields that are marked to change."""
    marked = {*request.form.getlist("set")}
    return {
        each.name: request.form.getlist(each.name)
        for each in list_bulk_fields(admin, page.access)
        if each.name in marked
    }


def _check_values(
    page: ConsolePage, admin: ModelAdmin, values: dict[str, list[str]]
) -> tuple[Any, str]:
    """Return the form of what rows can get, and what is wrong with what was sent."""
    is_sent = request.method == "POST"

    def open_form(names: set[str]) -> Any:
        form, _ = open_row_form(
            page.console,
            page.access,
            admin,
            None,
            only=names,
            make_formdata=lambda _: request.form if is_sent else None,
        )
        return form

    shown = open_form({each.name for each in list_bulk_fields(admin, page.access)})
    if not is_sent:
        return shown, ""
    if not values:
        return shown, gettext("Mark at least one field to change.")
    sent = open_form({*values})
    return shown, "" if sent.validate() else describe_errors(sent)


def _do(page: ConsolePage, admin: ModelAdmin, action: RowAction, job: ActionJob) -> Any:
    console = page.console
    if job.total > MOST_AT_ONCE:
        run = start_task(console, ACTION_TASK, job.to_json())
        if run is not None:
            return redirect(page.url("run", admin, run_id=run.id), 303)
    report = ActionReport()
    for _, batch in process_job(job, console, page.access):
        console.session.commit()
        report.add(batch)
    _flash_report(action, report)
    return redirect(_list_again(page, admin), 303)


def _flash_report(action: RowAction, report: ActionReport) -> None:
    """Add what was done to the messages of the next page."""
    if report.done:
        text = ngettext(
            "%(action)s: %(num)s row done.",
            "%(action)s: %(num)s rows done.",
            report.done,
            action=action.label,
        )
        flash(text, "success")
    if report.refused:
        text = ngettext(
            "You may not do this with %(num)s row.",
            "You may not do this with %(num)s rows.",
            report.refused,
        )
        flash(text, "warning")
    for name, problem in report.problems[:5]:
        flash(f"{name}: {problem}", "error")


def _list_again(page: ConsolePage, admin: ModelAdmin) -> str:
    """Return the address of the list that the action was chosen in."""
    query = read_query()
    try:
        query = replace(query, filter=parse_filter(request.args.get("filter", "")))
    except FilterError:
        query = ListQuery(search=query.search)
    return list_url(page, admin, query)
