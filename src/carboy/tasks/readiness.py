"""Whether tasks can be worked on, for `/-/ready` and the console."""

import logging
import time

from carboy.core import command_line
from carboy.translation import gettext

from .app_state import TasksState

log = logging.getLogger("carboy.tasks")


_WARN_PERIOD = 30.0


def warn_developer(site: TasksState) -> None:
    """Log in development that the run just asked for does not begin, and why."""
    now = time.monotonic()
    if site.app.debug and now >= site.warn_at:
        site.warn_at = now + _WARN_PERIOD
        problem = find_problem(site)
        if problem is not None:
            log.warning("Tasks wait: %s.", problem)


def find_problem(site: TasksState) -> str | None:
    """Return what keeps runs from being worked on, or None."""
    if site.run_now:
        return None
    try:
        alive = site.live.list_workers(within=site.settings.lost_after)
        site.runs.count_waiting(site.settings.queue)
    except Exception as error:  # noqa: BLE001 - each database has errors of its own
        log.warning("The tables of tasks cannot be read: %s", error)
        return gettext("the tables of tasks cannot be read")
    workers = [each for each in alive if each.kind == "worker"]
    if not workers:
        command = command_line("worker")
        return gettext(
            "no worker is alive: start one with `%(command)s`", command=command
        )
    if all(each.problem for each in workers):
        return gettext(
            "no worker can claim runs: %(problem)s", problem=workers[0].problem
        )
    return None
