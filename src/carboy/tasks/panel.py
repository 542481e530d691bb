"""The panel of tasks: how many runs wait, run or were given up."""

from flask import url_for

from carboy.core import Panel, PanelQuery, PanelView
from carboy.translation import gettext, lazy_gettext

from .app_state import TasksState
from .ledger.runs import Filter
from .ledger.tables import DEAD, RUNNING, WAITING
from .readiness import find_problem


def make_panel(site: TasksState) -> Panel:
    """Return the panel of an app."""
    return Panel(
        name="tasks",
        label=lazy_gettext("Tasks"),
        read=lambda query: read_tasks(site, query),
    )


def read_tasks(site: TasksState, _query: PanelQuery) -> PanelView:
    """Count the runs; the pages of the battery have the rest."""
    problem = find_problem(site)
    numbers = [
        (label, site.runs.count(Filter(state=state)))
        for label, state in (
            (gettext("Waiting"), WAITING),
            (gettext("Running"), RUNNING),
            (gettext("Given up"), DEAD),
        )
    ]
    pages = (
        (gettext("Runs"), "tasks.runs"),
        (gettext("Queues"), "tasks.queues"),
        (gettext("Workers"), "tasks.workers"),
        (gettext("Schedules"), "tasks.schedules"),
    )
    return PanelView(
        numbers=numbers,
        note=gettext("No task begins: %(problem)s.", problem=problem)
        if problem
        else "",
        tone="bad" if problem else "",
        links=[(label, url_for(endpoint)) for label, endpoint in pages]
        if site.settings.console
        else (),
    )
